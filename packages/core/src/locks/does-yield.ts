import { doesClaimYield } from './brought-locks.js';
import { claimHolders, holdersOf, isHolding } from './holders.js';

/**
 * Whether a job that is about to run may take a lock from whoever holds it: a job of this process that has ended, and is being
 * settled, or one that was claimed later and has not begun.
 */
export function doesYield(value: string, leaseId: string): boolean {
  const at = value.indexOf('.');
  if (at === -1) return false;
  const claims = claimHolders(leaseId);
  if (value.startsWith(claims, at)) return doesClaimYield(leaseId, Number(value.slice(at + claims.length)));
  const holders = `.${holdersOf(leaseId)}`;
  return value.startsWith(holders, at) && !isHolding(Number(value.slice(at + holders.length)));
}
