import { readLockValue, scanKeys, type Connection } from '@reskue/core/protocol';

// Few round trips also in a database of a million keys; each takes Redis well below a millisecond.
const SCAN_COUNT = 1_000;
const PAGE = 1_000;

/** The locks of QueueLock (`lock:...`) and JobLock (`workerslock:...`), of any writer, with the seconds when they lapse. */
export async function locks(connection: Connection): Promise<{ [lock: string]: string }> {
  const all = await readByPattern(connection, '*lock:*');
  const found = Object.entries(all).filter(([name]) => /^(workers)?lock:/.test(name));
  return Object.fromEntries(found.map(([name, value]) => [name, readLockValue(value).second]));
}

/** The counters `stat:*`, without that prefix, as texts; also those of workers that are gone. */
export async function stats(connection: Connection): Promise<{ [stat: string]: string }> {
  const all = await readByPattern(connection, 'stat:*');
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name.slice('stat:'.length), value]));
}

/** The texts whose keys match, by their names without the namespace, sorted. Looks at every key of the database. */
async function readByPattern(connection: Connection, pattern: string): Promise<{ [name: string]: string }> {
  const { client, keys } = connection;
  // SCAN knows nothing of a keyPrefix; everything else gets it by itself.
  const prefix: unknown = Reflect.get(client.options, 'keyPrefix');
  const inFront = typeof prefix === 'string' ? prefix : '';
  const found = await scanKeys(client, literally(inFront + keys.prefix) + pattern, SCAN_COUNT);
  const names = found.map((key) => key.slice(inFront.length)).sort();
  const values: [name: string, text: string][] = [];
  for (let from = 0; from < names.length; from += PAGE) {
    const page = names.slice(from, from + PAGE);
    const texts = await client.mget(page);
    for (const [at, key] of page.entries()) {
      const text = texts[at];
      // Null: gone meanwhile, or no text.
      if (text != null) values.push([key.slice(keys.prefix.length), text]);
    }
  }
  return Object.fromEntries(values);
}

const literally = (text: string): string => text.replace(/[\\*?[\]]/g, '\\$&');
