import { randomUUID } from 'node:crypto';
import { runMoveEntries, type Connection, type EntryMove } from '@reskue/core/protocol';
import { readSlices } from '../read-slices.js';

/** Entries that go to their queues in one step. */
const PAGE = 150;
/** Times to begin again where workers that took jobs from the head made some slip by. */
const ROUNDS = 3;

/**
 * Moves entries of a list to queues, from the head on, so that their order is kept. `toMove` says where an entry goes, or
 * null when it stays. Gives how many were moved after each page; never more than `most`.
 */
export async function* moveMatching(
  connection: Connection,
  list: string,
  { texts, signal, most }: { texts: readonly string[]; signal: AbortSignal; most: number },
  toMove: (text: string) => EntryMove | null,
): AsyncGenerator<number, void> {
  let left = most;
  for (let round = 0; round < ROUNDS && left > 0; round += 1) {
    let inRound = 0;
    for await (const slice of readSlices(connection, list, { from: 'head', texts, signal })) {
      const wanted = slice.entries.flatMap(({ index, text }) => {
        const move = toMove(text);
        return move === null ? [] : [{ index, move }];
      });
      let gone = 0;
      for (let at = 0; at < wanted.length && left > 0 && !signal.aborted; at += PAGE) {
        const page = wanted.slice(at, at + Math.min(PAGE, left));
        const [first, last] = [page[0]?.index ?? 0, page.at(-1)?.index ?? 0];
        // Those before have gone already, and so may have as many again that workers took from the head.
        const stretch = { from: list, first: Math.max(0, first - gone - PAGE), last: last - gone };
        const { count } = await runMoveEntries(
          connection.client,
          connection.keys,
          { ...stretch, tombstone: `moved ${randomUUID()}` },
          page.map(({ move }) => move),
        );
        gone += count;
        left -= count;
        inRound += count;
        yield count;
      }
      slice.removed(gone);
      if (signal.aborted || left <= 0) return;
    }
    if (inRound === 0) return;
  }
}
