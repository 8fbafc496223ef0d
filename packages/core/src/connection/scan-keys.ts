import { isCluster, type RedisClient } from './redis-client.js';
import type { Redis } from 'ioredis';

/**
 * All keys of the database (in a Cluster: of every master) that match the pattern, each once, in no order.
 * Pattern and keys are as the server has them: a client's keyPrefix is no part of SCAN.
 */
export async function scanKeys(redis: RedisClient, match: string, count: number): Promise<string[]> {
  const found = new Set<string>();
  // SCAN of a Cluster client asks one node, a different one each time.
  for (const node of isCluster(redis) ? redis.nodes('master') : [redis])
    await scanNode(node, match, count, found);
  return [...found];
}

async function scanNode(
  node: Redis,
  match: string,
  count: number,
  found: Set<string>,
  from = 0,
): Promise<void> {
  let cursor = String(from);
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', match, 'COUNT', count);
    for (const key of keys) found.add(key);
    cursor = next;
  } while (cursor !== '0');
}
