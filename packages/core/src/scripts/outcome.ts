import type { Keys } from '../keys/keys.js';
import type { ScriptArgument } from './define-script.js';

/**
 * A Redis command of a plugin that commits with the settlement of its job, or not at all. One is not Redis's own:
 * `delif`, with as many args as keys, deletes all its keys if each of them holds its text somewhere in its value, or is
 * not there (an empty text fits anything). It is carried out even where the job was taken away and nothing is settled, so
 * that a holder can always give back what is its own.
 *
 * Others are `unlockCommand`'s and `unlockClaim`'s, for locks that were taken under the lease of the settlement.
 */
export interface SettlementCommand {
  /** The command's name, e.g. `"del"`. */
  command: string;
  /** Full key names. */
  keys: readonly string[];
  /** What follows the keys. */
  args: readonly ScriptArgument[];
}

/** Where a payload goes when its claim ends without being done. */
export type Destination =
  | { to: 'front' | 'back'; queue: string }
  /** `second` is the bucket, `dueMs` the exact epoch ms before which it is not promoted. */
  | { to: 'delayed'; second: number; dueMs: number };

/** How a claim ends. `counted` says by how much the totals of processed and failed jobs grow. */
export interface Outcome {
  kind: 'succeeded' | 'failed' | 'retried' | 'requeued' | 'dropped';
  counted: { processed: number; failed: number };
  /** The failure record's text, when one is to be left in `failed`. */
  failure?: string;
  /** Where the raw payload goes on. */
  move?: { payload: string; destination: Destination };
  commands: readonly SettlementCommand[];
}

/** Whether a command gives back what its plugin holds: it is never refused, and is due whatever became of the job. */
export const givesBack = ({ command }: SettlementCommand): boolean =>
  command === 'delif' || command === 'unlock' || command === 'unlockClaim';

const plainSuccess: Outcome = { kind: 'succeeded', counted: { processed: 1, failed: 0 }, commands: [] };

/** The common end of a claim: counted as processed, nothing left behind. Without commands it is always the same object. */
export const succeeded = (commands: readonly SettlementCommand[] = []): Outcome =>
  commands.length === 0 ? plainSuccess : { kind: 'succeeded', counted: plainSuccess.counted, commands };

/** An outcome that `cycle` needs no details of. */
export const isPlainSuccess = (outcome: Outcome): boolean =>
  outcome.kind === 'succeeded' && outcome.commands.length === 0;

/** Appends what `cycle.lua` reads of an outcome in full. */
export function pushOutcome(
  keys: Keys,
  outcome: Outcome,
  toKeys: ScriptArgument[],
  toArgs: ScriptArgument[],
): void {
  toArgs.push(outcome.counted.processed, outcome.counted.failed, outcome.failure ?? '');
  pushMove(keys, outcome, toKeys, toArgs);
  toArgs.push(outcome.commands.length);
  for (const { command, keys: commandKeys, args } of outcome.commands) {
    toKeys.push(...commandKeys);
    toArgs.push(command, commandKeys.length, args.length, ...args);
  }
}

function pushMove(keys: Keys, { move }: Outcome, toKeys: ScriptArgument[], toArgs: ScriptArgument[]): void {
  if (!move) {
    toArgs.push('');
    return;
  }
  const { payload, destination } = move;
  if (destination.to === 'delayed') {
    toKeys.push(keys.bucket(destination.second), keys.timestamps(payload));
    toArgs.push('delay', payload, destination.second, destination.dueMs);
  } else {
    toKeys.push(keys.queue(destination.queue), keys.wakeQueue(destination.queue));
    toArgs.push(destination.to, payload, destination.queue);
  }
}
