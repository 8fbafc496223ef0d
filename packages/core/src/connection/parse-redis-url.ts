/** What a Redis URL says; only the parts it holds are set. */
export interface RedisUrl {
  host?: string;
  port?: number;
  path?: string;
  username?: string;
  password?: string;
  database?: number;
  tls?: boolean;
  /** Query members other than `db`, given to ioredis as they are, as ioredis does with its own URLs. */
  options: Record<string, string>;
}

const PROTOCOLS = new Set(['redis:', 'rediss:', 'valkey:', 'valkeys:']);
const SOCKETS = new Set(['unix:', 'redis+unix:', 'redis+socket:']);

/** The forms that `parseRedisUrl` reads, as an error message lists them. */
export const URL_FORMS =
  'redis://[user:password@]host[:port][/database], rediss://..., unix:///path/to/socket or /path/to/socket';

/** Reads a Redis URL or the path of a Unix socket; undefined when it is neither. */
export function parseRedisUrl(text: string): RedisUrl | undefined {
  if (text.startsWith('/')) return { path: text, options: {} };
  // A URL may hold a login only together with a host; a socket has none, so it gets one.
  const full = text.replace(/^([a-z+]+:\/\/[^/@]*@)\//, '$1localhost/');
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  const database = databaseOf(url);
  if (database === 'invalid') return undefined;
  const result: RedisUrl = { options: Object.fromEntries(url.searchParams) };
  delete result.options.db;
  if (database !== undefined) result.database = database;
  try {
    if (url.username !== '') result.username = decodeURIComponent(url.username);
    if (url.password !== '') result.password = decodeURIComponent(url.password);
    if (SOCKETS.has(url.protocol)) return { ...result, path: decodeURIComponent(url.pathname) };
  } catch {
    return undefined;
  }
  if (!PROTOCOLS.has(url.protocol) || url.hostname === '') return undefined;
  // An IPv6 address stands in brackets in a URL, and without them everywhere else.
  result.host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (url.port !== '') result.port = Number(url.port);
  if (url.protocol === 'rediss:' || url.protocol === 'valkeys:') result.tls = true;
  return result;
}

function databaseOf(url: URL): number | undefined | 'invalid' {
  const inQuery = url.searchParams.get('db');
  const text = inQuery ?? (SOCKETS.has(url.protocol) ? '' : url.pathname.slice(1));
  if (text === '') return undefined;
  return /^\d+$/.test(text) ? Number(text) : 'invalid';
}
