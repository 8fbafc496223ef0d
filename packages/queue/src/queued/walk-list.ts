import { listPage, type Connection, type ListPage } from '@reskue/core/protocol';

const MOST = 1_000;
// About 2 ms of searching.
const BYTES = 1_000_000;

/** Where to read a list, and which entries to give. */
export interface Walk {
  /** From the head; or from the tail, where nothing is missed while workers take jobs from the head. */
  from: 'head' | 'tail';
  /** Texts that an entry must hold to be given. */
  texts: readonly string[];
}

/**
 * Reads a list page by page and gives the entries that hold the texts to `take`, which may remove some of them and says
 * how many of those in this page are gone (the rest has moved up by so many), or `'stop'`.
 */
export async function walkList(
  connection: Connection,
  list: string,
  { from, texts }: Walk,
  take: (entries: ListPage['entries']) => Promise<number | 'stop'>,
): Promise<void> {
  let passed = 0;
  for (let more = true; more;) {
    const first = from === 'head' ? passed : -1 - passed;
    const page = await connection.run(
      listPage,
      { list },
      { first, most: MOST, bytes: BYTES },
      { args: texts },
    );
    const gone = page.entries.length === 0 ? 0 : await take(page.entries);
    if (gone === 'stop') return;
    passed += page.read - gone;
    more = page.more;
  }
}
