import source from './pop-and-store-job.lua';
import type { RedisClient } from './redis-client.js';

/**
 * node-resque's one custom command, `redis.popAndStoreJob(queueKey, workerKey, runAt, queue, workerName)`, for code that
 * calls it; Reskue's own workers claim with `cycle`.
 */
export function definePopAndStoreJob(redis: RedisClient): void {
  redis.defineCommand('popAndStoreJob', { numberOfKeys: 2, lua: source });
}
