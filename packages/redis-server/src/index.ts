export { ensureRedis } from './ensure-redis.js';
export type { RedisBinary } from './find-redis.js';
export type { RedisConfig, RedisOptions } from './redis-options.js';
export type { RedisServer } from './redis-server.js';
export { RedisServerError, type RedisServerErrorCode } from './redis-server-error.js';
export { startRedis } from './start-redis.js';
