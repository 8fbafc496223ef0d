import type { Connection } from '@reskue/core';

/** Which of these workers are held by a process that is known to be alive. */
export async function heldWorkers(
  { client, keys }: Connection,
  workerIds: readonly string[],
  nowMs: number,
): Promise<Set<string>> {
  const held = new Set<string>();
  if (workerIds.length === 0) return held;
  for (const lease of await client.zrangebyscore(keys.leases, `(${nowMs}`, '+inf')) {
    const numbers = await client.hmget(keys.lease(lease), ...workerIds);
    for (const [index, id] of workerIds.entries()) if (numbers[index] != null) held.add(id);
  }
  return held;
}
