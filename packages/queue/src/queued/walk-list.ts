import { isMock, listPage, type Connection } from '@reskue/core/protocol';

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

/** A page of a list. */
export interface Stretch {
  /** Index of the entry that was read first: counted from the head, or negative from the tail. */
  first: number;
  /** How many entries were read from there on. */
  read: number;
  /** Those that hold the texts, in the order of reading. */
  entries: string[];
}

/**
 * Reads a list page by page and gives each to `take`, which may remove entries of it and tells how many of them are gone
 * (what lies behind has moved up by so many), or `'stop'`.
 */
export async function walkList(
  connection: Connection,
  list: string,
  walk: Walk,
  take: (stretch: Stretch) => Promise<number | 'stop'>,
): Promise<void> {
  const read = isMock(connection.client) ? readPlainly : readPage;
  let passed = 0;
  for (let more = true; more;) {
    const page = await read(connection, list, walk.from === 'head' ? passed : -1 - passed, walk.texts);
    const gone = page.entries.length === 0 ? 0 : await take(page);
    if (gone === 'stop') return;
    passed += page.read - gone;
    more = page.more;
  }
}

type Page = Stretch & { more: boolean };

async function readPage(
  connection: Connection,
  list: string,
  first: number,
  texts: readonly string[],
): Promise<Page> {
  const operands = { first, most: MOST, bytes: BYTES };
  const { read, more, entries } = await connection.run(listPage, { list }, operands, { args: texts });
  return { first, read, more, entries: entries.map(({ text }) => text) };
}

/** The same without Lua, for the clients of ioredis-mock. */
async function readPlainly(
  { client }: Connection,
  list: string,
  first: number,
  texts: readonly string[],
): Promise<Page> {
  const all =
    first < 0
      ? (await client.lrange(list, first - MOST + 1, first)).reverse()
      : await client.lrange(list, first, first + MOST - 1);
  const entries = all.filter((entry) => texts.every((text) => entry.includes(text)));
  return { first, read: all.length, more: all.length === MOST, entries };
}
