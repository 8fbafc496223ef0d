import type { Connection } from '@reskue/core';

/** Which of these workers belong to a lease, that is to a process whose life or death is told by that lease. */
export async function heldWorkers(
  { client, keys }: Connection,
  workerIds: readonly string[],
): Promise<Set<string>> {
  const held = new Set<string>();
  if (workerIds.length === 0) return held;
  for (const lease of await client.zrangebyscore(keys.leases, '-inf', '+inf')) {
    const numbers = await client.hmget(keys.lease(lease), ...workerIds);
    for (const [index, id] of workerIds.entries()) if (numbers[index] != null) held.add(id);
  }
  return held;
}
