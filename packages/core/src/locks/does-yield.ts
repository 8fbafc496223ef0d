import { doesClaimYield } from './brought-locks.js';
import { claimMark, holdersOf, isHolding } from './holders.js';

/**
 * Whether a job that is about to run may take a lock from whoever holds it: a job of this process that has ended, and is being
 * settled, or one that was claimed later and has not begun.
 */
export function doesYield(value: string, leaseId: string): boolean {
  const at = value.indexOf('.') + 1;
  const texts = holdersOf(leaseId);
  if (at === 0 || !value.startsWith(texts, at)) return false;
  const number = value.slice(at + texts.length);
  return number.startsWith(claimMark)
    ? doesClaimYield(leaseId, Number(number.slice(claimMark.length)))
    : !isHolding(Number(number));
}
