import { listPage, type Connection } from '@reskue/core/protocol';
import { Pace } from './pace.js';

/** Where to read a list, and what of it. */
export interface SliceOptions {
  readonly from: 'head' | 'tail';
  /** Texts that an entry must hold: a cheap test, made by Redis. */
  readonly texts?: readonly string[];
  readonly signal?: AbortSignal;
  /** Entries to read at most, whether they hold the texts or not. */
  readonly limit?: number;
  /** Kept from one list to the next. */
  readonly pace?: Pace;
}

export interface Slice {
  /** Index of the entry that was read first, from the head; negative from the tail. */
  readonly first: number;
  readonly read: number;
  readonly entries: readonly { readonly index: number; readonly text: string }[];
  /** Tells that so many of these entries are gone from the list, so that reading goes on at the right place. */
  removed(count: number): void;
}

/** A text costs Redis about 2 ms a megabyte to look through. */
const BYTES = 1_000_000;

/** Reads a list slice by slice: however long it is, no slice holds Redis up, and none is kept in memory. */
export async function* readSlices(
  connection: Connection,
  list: string,
  { from, texts = [], signal, limit = Infinity, pace: known }: SliceOptions,
): AsyncGenerator<Slice, void> {
  const pace = known ?? (await Pace.of(connection));
  let passed = 0;
  let seen = 0;
  for (let more = true; more && seen < limit;) {
    if (signal?.aborted === true) return;
    const first = from === 'head' ? passed : -1 - passed;
    const most = Math.min(pace.most, limit - seen);
    const before = performance.now();
    const page = await connection.run(listPage, { list }, { first, most, bytes: BYTES }, { args: texts });
    pace.took(performance.now() - before);
    passed += page.read;
    seen += page.read;
    more = page.more;
    const removed = (count: number) => {
      passed -= count;
    };
    yield { first, read: page.read, entries: page.entries, removed };
  }
}
