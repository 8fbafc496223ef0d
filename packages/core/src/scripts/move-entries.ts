import type { Keys } from '../keys/keys.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { runScript, type ScriptClient } from './run-script.js';
import source from './move-entries.lua';

export interface MoveEntriesReply {
  status: 'moved';
  /** How many entries were moved. */
  count: number;
}

/** One entry of a list: its exact text, where it goes, and the payload that arrives there. */
export interface EntryMove {
  text: string;
  queue: string;
  payload: string;
}

/** Called through {@link runMoveEntries}. */
export const moveEntries = defineScript({
  name: 'moveEntries',
  source,
  keys: ['from', 'queues', 'newQueue'],
  args: ['first', 'last', 'tombstone', 'targets'],
  decode: (reply): MoveEntriesReply => ({ status: 'moved', count: Number(asReply(reply)[1]) }),
});

/**
 * Moves entries that lie between two indices of a list (both from the head, or both negative) to queues, in one step; at
 * most 1,000 a call. None of the queues may be the list itself. `tombstone`: a text that no entry has. A call that is sent
 * again may move further entries with the same texts, and never one twice.
 */
export function runMoveEntries(
  redis: ScriptClient,
  keys: Keys,
  stretch: { from: string; first: number; last: number; tombstone: string },
  moves: readonly EntryMove[],
): Promise<MoveEntriesReply> {
  const names = [...new Set(moves.map(({ queue }) => queue))];
  const places = new Map(names.map((name, at) => [name, at + 1]));
  const args: ScriptArgument[] = [...names];
  for (const { text, queue, payload } of moves) args.push(text, places.get(queue) ?? 0, payload);
  const { from, first, last, tombstone } = stretch;
  return runScript(
    redis,
    moveEntries,
    { from, queues: keys.queues, newQueue: keys.wake },
    { first, last, tombstone, targets: names.length },
    { keys: names.flatMap((name) => [keys.queue(name), keys.wakeQueue(name)]), args },
  );
}
