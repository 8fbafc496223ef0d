import { leaseMark } from '../locks/lock-value.js';
import type { CycleCall } from './cycle.js';
import type { ScriptArgument } from './define-script.js';
import { pushRuns } from './number-runs.js';
import { claimOfUnlock, holderOf, onlyUnlocks } from './unlock-command.js';

/**
 * Appends what `cycle.lua` reads of the locks that a call gives back whatever becomes of its slots, those of claims made
 * ahead and of such outcomes: the holders of the one kind, and the claims that brought the other. Gives in how many runs both are.
 */
export function pushUnlocks(
  { slots, ahead }: CycleCall,
  toArgs: ScriptArgument[],
): [unlockCount: number, broughtCount: number] {
  const holders = [...(ahead?.unlocks ?? [])];
  const claims = [...(ahead?.claimUnlocks ?? [])];
  for (const { outcome } of slots) {
    if (!outcome || outcome.commands.length === 0 || !onlyUnlocks(outcome)) continue;
    for (const command of outcome.commands) {
      const claim = claimOfUnlock(command);
      if (claim === undefined) holders.push(holderOf(command));
      else claims.push(claim);
    }
  }
  return [pushRuns(holders, toArgs), pushRuns(claims, toArgs)];
}

/** What tells the locks of the lease, at the very end, where any is given back by the number of its holder. */
export function pushLeaseLocks(
  leaseLocks: string,
  { leaseId, slots, ahead }: CycleCall,
  toKeys: ScriptArgument[],
  toArgs: ScriptArgument[],
): void {
  const isAny = slots.some(({ outcome }) => outcome?.commands.some(({ command }) => command === 'unlock'));
  if (!isAny && !ahead?.unlocks?.length) return;
  toKeys.push(leaseLocks);
  toArgs.push(leaseLocks, `.${leaseMark(leaseId)}`);
}
