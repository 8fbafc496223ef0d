import type { RedisOptions } from 'ioredis';
import { OptionReader } from '../options/read-option.js';
import { parseRedisUrl, URL_FORMS, type RedisUrl } from './parse-redis-url.js';
import { isMock, type ReadyClient, type RedisClient } from './redis-client.js';
import { ReskueError } from '../errors/reskue-error.js';

/** How we write, not how we read: as node-resque does, or as Ruby Resque does. */
export type Dialect = 'node' | 'ruby';

/** How to reach Redis, and under which names. Everything may be left out; `null` counts as left out. */
export interface ConnectionOptions {
  /** A ready ioredis client or Cluster. It wins over host, port, url and path, and is never closed by Reskue. */
  redis?: ReadyClient | null | undefined;
  /** `"ioredis"`, or `"ioredis-mock"` with a client of it as `redis`. @default "ioredis" */
  pkg?: string | null | undefined;
  /** @default "127.0.0.1" */
  host?: string | null | undefined;
  /** @default 6379 */
  port?: number | string | null | undefined;
  /** Number of the database. @default 0 */
  database?: number | string | null | undefined;
  /** Prefix of every key, whole or in parts; an empty text means none. @default "resque" */
  namespace?: string | string[] | null | undefined;
  username?: string | null | undefined;
  password?: string | null | undefined;
  /** `redis://`, `rediss://` or `unix:///socket`; options given beside it win over its parts. */
  url?: string | null | undefined;
  /** Path of a Unix socket, instead of host and port. */
  path?: string | null | undefined;
  /** `true`, or the options of Node's `tls.connect`. */
  tls?: boolean | object | null | undefined;
  /** Given to ioredis as they are; they win over the options above, except over `database`. */
  options?: object | null | undefined;
  /** COUNT of each SCAN of `getKeys`. @default 10 */
  scanCount?: number | null | undefined;
  /** Unused here, as in node-resque. @default true */
  looping?: boolean | null | undefined;
  /** @default "node" */
  dialect?: Dialect | null | undefined;
  /**
   * Milliseconds after which a command without a reply is rejected, and `connect()` too; 0 = wait for ever.
   * Commands of a handed-in client follow its own setting. @default 10000
   */
  commandTimeout?: number | null | undefined;
}

/** A Connection's own copy of its options, with the defaults. `namespace` may be assigned at any time. */
export interface ResolvedConnectionOptions {
  pkg: string;
  host: string;
  port: number;
  database: number;
  namespace: string | string[];
  looping: boolean;
  scanCount: number;
  dialect: Dialect;
  commandTimeout: number;
  options: RedisOptions;
  username?: string;
  password?: string;
  path?: string;
  tls?: boolean | object;
  redis?: RedisClient;
}

const PKGS = ['ioredis', 'ioredis-mock'];

/**
 * Copies the options, fills in the defaults, and refuses what cannot work.
 * @throws RESKUE_OPTION_INVALID, RESKUE_PKG_UNSUPPORTED
 */
export function resolveConnectionOptions(given: ConnectionOptions = {}): ResolvedConnectionOptions {
  const read = new OptionReader('Connection', given);
  const url = readUrl(read);
  const redis = readClient(read);
  const resolved: ResolvedConnectionOptions = {
    pkg: readPkg(read, redis),
    host: read.text('host') ?? url.host ?? '127.0.0.1',
    port: read.integer('port', url.port ?? 6379, 1, 65_535),
    database: read.integer('database', url.database ?? 0, 0),
    namespace: readNamespace(read),
    looping: read.boolean('looping', true),
    scanCount: read.integer('scanCount', 10, 1),
    dialect: read.oneOf<Dialect>('dialect', ['node', 'ruby'], 'node'),
    commandTimeout: read.number('commandTimeout', 10_000, 0),
    options: { ...url.options, ...readObject(read, 'options') },
  };
  if (redis !== undefined) resolved.redis = redis;
  const username = read.text('username') ?? url.username;
  if (username !== undefined) resolved.username = username;
  const password = read.text('password') ?? url.password;
  if (password !== undefined) resolved.password = password;
  const path = read.text('path') ?? url.path;
  if (path !== undefined) resolved.path = path;
  const tls = readTls(read) ?? url.tls;
  if (tls !== undefined) resolved.tls = tls;
  return resolved;
}

function readUrl(read: OptionReader): RedisUrl {
  const text = read.text('url');
  if (text === undefined) return { options: {} };
  const url = parseRedisUrl(text);
  if (url === undefined) throw read.refuse('url', URL_FORMS);
  return url;
}

function readClient(read: OptionReader): RedisClient | undefined {
  const given = read.raw('redis');
  if (given === undefined) return undefined;
  const methods = ['on', 'get', 'set', 'disconnect'];
  if (
    typeof given !== 'object' ||
    given === null ||
    methods.some((name) => typeof Reflect.get(given, name) !== 'function')
  ) {
    throw read.refuse('redis', 'a ready ioredis client (new Redis(...) or new Cluster(...))');
  }
  // A client by all that can be seen from outside; its class may be that of another ioredis copy.
  const client = given as RedisClient;
  if (Reflect.get(client.options, 'replyMapping') === 'resp3') {
    throw read.refuse('redis', `a client with replyMapping "legacy" (the shapes of ioredis 5)`);
  }
  return client;
}

function readPkg(read: OptionReader, redis: RedisClient | undefined): string {
  const pkg = read.text('pkg') ?? (redis !== undefined && isMock(redis) ? 'ioredis-mock' : 'ioredis');
  if (redis !== undefined || pkg === 'ioredis') return pkg;
  const remedy = PKGS.includes(pkg)
    ? `make the client yourself and hand it in: { pkg: "${pkg}", redis: new RedisMock() }`
    : 'use "ioredis", or hand in a ready client that speaks like one: { redis: client }';
  throw new ReskueError('RESKUE_PKG_UNSUPPORTED', `Connection cannot load the package "${pkg}": ${remedy}`);
}

function readNamespace(read: OptionReader): string | string[] {
  const given = read.raw('namespace') ?? 'resque';
  if (typeof given === 'string') return given;
  if (Array.isArray(given) && given.every((part) => typeof part === 'string')) return [...given];
  throw read.refuse('namespace', 'a string or an array of strings');
}

function readTls(read: OptionReader): boolean | object | undefined {
  const given = read.raw('tls');
  if (given === undefined || typeof given === 'boolean') return given;
  if (typeof given === 'object' && given !== null) return given;
  throw read.refuse('tls', 'true, false or an object with the options of tls.connect');
}

function readObject(read: OptionReader, name: string): object {
  const given = read.raw(name) ?? {};
  if (typeof given === 'object' && !Array.isArray(given)) return given;
  throw read.refuse(name, 'an object');
}
