import { findRedis, type RedisBinary } from './find-redis.js';
import { getRedis } from './get-redis.js';

let getting: Promise<RedisBinary> | undefined;

/**
 * The path of a Redis server that can be run: the one `findRedis` finds, else on Debian and Ubuntu the package, fetched
 * once and announced on standard error.
 *
 * @throws RedisServerError with `RESKUE_REDIS_NOT_FOUND`
 */
export const ensureRedis = async (): Promise<RedisBinary> => {
  const found = findRedis();
  if (found !== undefined) return found;
  // Several callers in one process share one fetch; after a failure the next caller tries anew.
  getting ??= getRedis().finally(() => (getting = undefined));
  return getting;
};
