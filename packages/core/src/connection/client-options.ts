import type { RedisOptions } from 'ioredis';
import type { ResolvedConnectionOptions } from './connection-options.js';

/** What a client of our own is opened with. `options.options` is ioredis's business and wins, save for the database. */
export function clientOptions(options: ResolvedConnectionOptions): RedisOptions {
  const { host, port, path, database, username, password, tls, commandTimeout } = options;
  return {
    ...(path === undefined ? { host, port } : { path }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    // ioredis takes an empty object as "TLS with the defaults".
    ...(tls !== undefined && tls !== false && { tls: tls === true ? {} : tls }),
    ...(commandTimeout > 0 && { commandTimeout }),
    ...options.options,
    db: database,
  };
}

/** Where the client goes, as messages name it: never with a password. */
export function describeTarget({
  path,
  host,
  port,
}: {
  path?: unknown;
  host?: unknown;
  port?: unknown;
}): string {
  return typeof path === 'string' ? path : `${String(host)}:${String(port)}`;
}

/**
 * The options of a client as plain data, for opening one like it in another thread; functions (retry strategies) are
 * left out. Undefined where leaving them out would change where or how securely the client connects.
 */
export function cloneableOptions(options: RedisOptions): RedisOptions | undefined {
  if (options.Connector !== undefined) return undefined;
  const plain = Object.entries(options).filter(([, value]) => typeof value !== 'function');
  try {
    // The members of RedisOptions without its functions; structuredClone throws on functions deeper inside.
    return structuredClone(Object.fromEntries(plain));
  } catch {
    return undefined;
  }
}
