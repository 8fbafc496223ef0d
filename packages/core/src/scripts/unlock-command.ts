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

/** Gives back the lock that came along with this claim, in the same way. */
export const unlockClaim = (claim: number): SettlementCommand => ({
  command: 'unlockClaim',
  keys: noKeys,
  args: [claim],
});

const noKeys: readonly string[] = [];

/** A success after which nothing is to be done but to give back locks, if any. */
export const onlyUnlocks = ({ kind, commands }: Outcome): boolean =>
  kind === 'succeeded' && (commands.length === 0 || commands.every(isUnlock));

const isUnlock = ({ command }: SettlementCommand): boolean =>
  command === 'unlock' || command === 'unlockClaim';

/** The number of the holder whose lock such a command gives back. */
export const holderOf = ({ args }: SettlementCommand): number => Number(args[0]);

/** The claim whose lock such a command gives back; undefined where that is a holder's. */
export const claimOfUnlock = ({ command, args }: SettlementCommand): number | undefined =>
  command === 'unlockClaim' ? Number(args[0]) : undefined;
