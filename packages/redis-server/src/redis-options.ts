import { inspect } from 'node:util';
import { RedisServerError } from './redis-server-error.js';

/** One line of redis.conf by its directive: a number, the text after the directive, or one text a line. */
export type RedisConfig = Record<string, string | number | readonly string[]>;

/** What `startRedis` accepts. */
export interface RedisOptions {
  /** Further directives of redis.conf, such as `{ maxmemory: '20mb', requirepass: 'secret' }`. */
  config?: RedisConfig;
  /** An existing folder for the data; it is never removed. @default a temporary folder, gone after `stop()` */
  dir?: string;
  /** Listen on this TCP port of 127.0.0.1 as well; 0 takes any free one. @default no TCP, the Unix socket alone */
  port?: number;
  /** Write an append-only file, synced after every write or once a second. @default 'no': a restart is empty */
  appendonly?: 'no' | 'everysec' | 'always';
  /** How long the server may take until it answers, in milliseconds. @default 10_000 */
  startTimeoutMs?: number;
}

/** `RedisOptions`, checked and with every default in its place. */
export interface ResolvedRedisOptions {
  readonly config: RedisConfig;
  readonly dir: string | undefined;
  readonly port: number | undefined;
  readonly appendonly: 'no' | 'everysec' | 'always';
  readonly startTimeoutMs: number;
}

const refuse = (name: string, expected: string, given: unknown): never => {
  throw new RedisServerError(
    'RESKUE_REDIS_OPTION',
    `startRedis: option "${name}" must be ${expected}, got ${inspect(given)}`,
  );
};

/** Directives that belong to us, with what to use in their place. */
const owned: Record<string, string> = {
  port: 'the option "port"',
  dir: 'the option "dir"',
  appendonly: 'the option "appendonly"',
  appendfsync: 'the option "appendonly"',
  unixsocket: 'the property "socket" of what startRedis returns',
  daemonize: 'nothing: the server dies with its parent',
};

const checkConfig = (config: RedisConfig): void => {
  for (const [directive, value] of Object.entries(config)) {
    const instead = owned[directive.toLowerCase()];
    if (instead !== undefined) refuse(`config.${directive}`, `left out (use ${instead})`, value);
    const lines: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const line of lines) {
      const fits = typeof line === 'number' || (typeof line === 'string' && !/[\r\n\0]/.test(line));
      if (!fits) refuse(`config.${directive}`, 'a number or text without line breaks', value);
    }
  }
};

/** The only place where options get defaults or are refused (`RESKUE_REDIS_OPTION`). */
export const resolveRedisOptions = (options: RedisOptions = {}): ResolvedRedisOptions => {
  const { config = {}, dir, port, appendonly = 'no', startTimeoutMs = 10_000 } = options;
  checkConfig(config);
  if (dir !== undefined && (typeof dir !== 'string' || dir === ''))
    refuse('dir', 'the path of a folder', dir);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    refuse('port', 'a whole number from 0 to 65535', port);
  if (!['no', 'everysec', 'always'].includes(appendonly))
    refuse('appendonly', '"no", "everysec" or "always"', appendonly);
  if (!(Number.isFinite(startTimeoutMs) && startTimeoutMs > 0))
    refuse('startTimeoutMs', 'a number of milliseconds above 0', startTimeoutMs);
  return { config: { ...config }, dir, port, appendonly, startTimeoutMs };
};
