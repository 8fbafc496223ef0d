import { leaseMark } from '../locks/lock-value.js';
import type { CycleCall } from './cycle.js';
import type { ScriptArgument } from './define-script.js';
import { pushRuns } from './number-runs.js';
import type { Outcome, SettlementCommand } from './outcome.js';

/**
 * Gives back a lock that was taken by the script `lock` under the lease that settles, for the holder of this number, while
 * it is that holder's. Like `delif` it is carried out also where the job was taken away.
 */
export const unlockCommand = (holder: number): SettlementCommand => ({
  command: 'unlock',
  keys: noKeys,
  args: [holder],
});

const noKeys: readonly string[] = [];

/** A success after which nothing is to be done but to give back locks, if any. */
export const onlyUnlocks = ({ kind, commands }: Outcome): boolean =>
  kind === 'succeeded' && (commands.length === 0 || commands.every(isUnlock));

const isUnlock = ({ command }: SettlementCommand): boolean => command === 'unlock';

/** The number of the holder whose lock such a command gives back. */
export const holderOf = ({ args }: SettlementCommand): number => Number(args[0]);

/**
 * Appends what `cycle.lua` reads of the locks that a call gives back whatever becomes of its slots, those of claims made
 * ahead and of such outcomes; and what tells the locks of the lease, where any is given back. Gives in how many runs.
 */
export function pushUnlocks(
  leaseLocks: string,
  { leaseId, slots, ahead }: CycleCall,
  toKeys: ScriptArgument[],
  toArgs: ScriptArgument[],
): number {
  const holders = [...(ahead?.unlocks ?? [])];
  let isAny = holders.length > 0;
  for (const { outcome } of slots) {
    if (!outcome || outcome.commands.length === 0) continue;
    if (onlyUnlocks(outcome)) for (const command of outcome.commands) holders.push(holderOf(command));
    isAny ||= outcome.commands.some(isUnlock);
  }
  if (!isAny) return 0;
  const runs = pushRuns(holders, toArgs);
  toKeys.push(leaseLocks);
  toArgs.push(leaseLocks, `.${leaseMark(leaseId)}`);
  return runs;
}
