import type { CycleCall } from './cycle.js';
import type { ScriptArgument } from './define-script.js';
import type { Outcome, SettlementCommand } from './outcome.js';

/**
 * Gives back a lock that was taken by the script `lock` under the lease that settles, while it holds this value, which is
 * its holder's alone. Like `delif` it is carried out also where the job was taken away.
 */
export const unlockCommand = (lock: string, value: string): SettlementCommand => ({
  command: 'unlock',
  keys: [lock],
  args: [value],
});

/** A success after which nothing is to be done but to give back locks, if any. */
export const onlyUnlocks = ({ kind, commands }: Outcome): boolean =>
  kind === 'succeeded' && (commands.length === 0 || commands.every(isUnlock));

const isUnlock = ({ command }: SettlementCommand): boolean => command === 'unlock';

/** The locks that a call gives back whatever becomes of its slots: those of claims made ahead, and of such outcomes. */
export function unlocksOf({ slots, ahead }: CycleCall): SettlementCommand[] {
  const all: SettlementCommand[] = [];
  if (ahead?.unlocks) for (const command of ahead.unlocks) all.push(command);
  for (const { outcome } of slots)
    if (outcome && onlyUnlocks(outcome)) for (const command of outcome.commands) all.push(command);
  return all;
}

/** Appends what `cycle.lua` reads of them, and which set names the locks of the lease, where any is given back. */
export function pushUnlocks(
  leaseLocks: string,
  unlocks: readonly SettlementCommand[],
  { slots }: CycleCall,
  toKeys: ScriptArgument[],
  toArgs: ScriptArgument[],
): void {
  for (const { keys, args } of unlocks) {
    toKeys.push(keys[0] ?? '');
    toArgs.push(args[0] ?? '');
  }
  if (unlocks.length === 0 && !slots.some(({ outcome }) => outcome?.commands.some(isUnlock))) return;
  toKeys.push(leaseLocks);
  toArgs.push(leaseLocks);
}
