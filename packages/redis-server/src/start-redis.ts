import { ensureRedis } from './ensure-redis.js';
import { freePort } from './free-port.js';
import { resolveRedisOptions, type RedisOptions } from './redis-options.js';
import { RedisServer } from './redis-server.js';

/**
 * Starts a private Redis server and resolves when it takes commands, usually within 30 ms. It listens on a Unix socket in
 * a temporary folder, keeps nothing on disk unless asked, and never outlives this process, not even after `kill -9`.
 * Where no server is installed, one is looked for and fetched as `ensureRedis` says.
 *
 * @throws RedisServerError with `RESKUE_REDIS_NOT_FOUND`, `RESKUE_REDIS_START_FAILED` or `RESKUE_REDIS_OPTION`
 */
export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  const resolved = resolveRedisOptions(options);
  const binary = await ensureRedis();
  for (let attempt = 1; ; attempt++) {
    const port = resolved.port === 0 ? await freePort() : resolved.port;
    try {
      return await RedisServer.start(binary, { ...resolved, port });
    } catch (error) {
      // Somebody else may take a free port between our look and the server's.
      const portWasTaken = resolved.port === 0 && String(error).includes('Address already in use');
      if (!portWasTaken || attempt === 5) throw error;
    }
  }
};
