import type { Connection } from '../connection/connection.js';

/** The locks that were taken under a lease, as far as Redis tells. */
export interface LocksOfLease {
  names: string[];
  /** How many holders took one each. */
  holderCount: number;
  /** How many came along with claims. */
  broughtCount: number;
}

export const noLocks: LocksOfLease = { names: [], holderCount: 0, broughtCount: 0 };

export async function readLocks({ client, keys }: Connection, leaseId: string): Promise<LocksOfLease> {
  const names = await client.hvals(keys.leaseLocks(leaseId));
  const brought = await client.hvals(keys.leaseBrought(leaseId));
  return {
    names: [...names, ...brought],
    holderCount: names.length,
    broughtCount: brought.length,
  };
}
