import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from './cache-folder.js';
import { RedisServerError } from './redis-server-error.js';

/** A server binary and what its environment needs. */
export interface RedisBinary {
  /** Absolute path. */
  readonly path: string;
  /** Set when the binary was unpacked into our cache folder, with its libraries beside it. */
  readonly libraryPath?: string;
}

/** Whether this process may run the file. */
export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** The first file of that name on PATH that may be run. */
export const onPath = (name: string, env: NodeJS.ProcessEnv): string | undefined =>
  (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);

const libraryFolders = (root: string): string[] => {
  const lib = join(root, 'usr/lib');
  return [lib, ...readdirSync(lib).map((triplet) => join(lib, triplet))].filter((folder) =>
    statSync(folder).isDirectory(),
  );
};

/** The server that `getRedis` unpacked earlier, if it did. */
export const cachedRedis = (env: NodeJS.ProcessEnv): RedisBinary | undefined => {
  const root = join(cacheFolder(env), 'redis');
  const path = join(root, 'usr/bin/redis-server');
  return isExecutable(path) ? { path, libraryPath: libraryFolders(root).join(delimiter) } : undefined;
};

/**
 * Looks for a server: `REDIS_SERVER_BIN`, then `redis-server` and `valkey-server` on PATH, then our cache folder.
 * A `REDIS_SERVER_BIN` that cannot be run is an error (`RESKUE_REDIS_NOT_FOUND`), not a reason to look further.
 */
export const findRedis = (env: NodeJS.ProcessEnv = process.env): RedisBinary | undefined => {
  const named = env.REDIS_SERVER_BIN;
  if (named !== undefined && named !== '') {
    const path = named.includes('/') ? named : onPath(named, env);
    if (path !== undefined && isExecutable(path)) return { path };
    throw new RedisServerError(
      'RESKUE_REDIS_NOT_FOUND',
      `REDIS_SERVER_BIN is "${named}", which is not a file that can be run`,
    );
  }
  const path = onPath('redis-server', env) ?? onPath('valkey-server', env);
  return path === undefined ? cachedRedis(env) : { path };
};
