import { hostname } from 'node:os';
import type { Connection } from '@reskue/core/protocol';

/** The ids of the leases that this process has in Redis: one, as a rule. */
export async function ownLeases({ client, keys }: Connection): Promise<string[]> {
  const leases = await client.zrangebyscore(keys.leases, '-inf', '+inf');
  return leases.filter((id) => id.startsWith(`${process.pid}@${hostname()}:`));
}
