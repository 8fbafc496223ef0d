import { encodingCandidates, jobMatcher, listPage, type Connection } from '@reskue/core/protocol';
import { plainTextsOfJob } from '../queued/plain-texts.js';
import { walkList } from '../queued/walk-list.js';
import { scheduledSeconds } from './scheduled-seconds.js';

/** A delayed job that was found, by its second and its exact text. */
export interface FoundDelayed {
  second: number;
  payload: string;
}

/** How far a look through the buckets goes: the earliest 1,000 seconds, 10,000 payloads, 10 MB. */
const MOST_SECONDS = 1_000;
const MOST_PAYLOADS = 10_000;
const MOST_BYTES = 10_000_000;
const AT_ONCE = 50;

/**
 * Finds a delayed job by the markers of the texts under which it may be known: one round trip, whatever is delayed. When
 * they say nothing and `deep` asks for it, and the args hold what neighbours write otherwise than we (numbers, objects),
 * the buckets themselves are looked through, up to a bound; so a job with `1.0` of Ruby's is found by `1`.
 */
export async function findDelayed(
  connection: Connection,
  queue: string,
  name: string,
  args: readonly unknown[],
  deep: boolean,
): Promise<FoundDelayed[]> {
  const { client, keys, dialect } = connection;
  const texts = encodingCandidates(queue, name, args, dialect);
  const marked = await Promise.all(texts.map((text) => client.smembers(keys.timestamps(text))));
  const found = texts.flatMap((payload, at) =>
    (marked[at] ?? []).map((member) => ({ second: secondOf(member), payload })),
  );
  if (found.length > 0 || !deep || !isWrittenDifferently(args)) return found;
  return lookThrough(connection, queue, name, args);
}

/** The texts of a job in one second, whatever stands beside its args. */
export async function findInSecond(
  connection: Connection,
  second: number,
  queue: string,
  name: string,
  args: readonly unknown[],
): Promise<FoundDelayed[]> {
  const isSame = jobMatcher({ class: name, queue, args });
  const walk = { from: 'head', texts: plainTextsOfJob(name, args) } as const;
  const payloads = new Set<string>();
  await walkList(connection, connection.keys.bucket(second), walk, async ({ entries }) => {
    for (const text of entries) if (isSame(text)) payloads.add(text);
    return 0;
  });
  return [...payloads].map((payload) => ({ second, payload }));
}

async function lookThrough(
  connection: Connection,
  queue: string,
  name: string,
  args: readonly unknown[],
): Promise<FoundDelayed[]> {
  const isSame = jobMatcher({ class: name, queue, args });
  const texts = plainTextsOfJob(name, args);
  const found: FoundDelayed[] = [];
  let left = MOST_PAYLOADS;
  const look = async (second: number): Promise<void> => {
    const page = await connection.run(
      listPage,
      { list: connection.keys.bucket(second) },
      { first: 0, most: Math.max(left, 1), bytes: MOST_BYTES / 10 },
      { args: texts },
    );
    left -= page.read;
    const payloads = page.entries.map(({ text }) => text).filter((text) => isSame(text));
    for (const payload of new Set(payloads)) found.push({ second, payload });
  };
  for await (const page of scheduledSeconds(connection)) {
    const seconds = page.slice(0, MOST_SECONDS);
    for (let at = 0; at < seconds.length && left > 0; at += AT_ONCE) {
      await Promise.all(seconds.slice(at, at + AT_ONCE).map(look));
    }
    return found;
  }
  return found;
}

/** True where a neighbour's text may differ beyond order and escapes, which the candidates cover. */
function isWrittenDifferently(value: unknown): boolean {
  if (typeof value === 'number') return true;
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) || value.some(isWrittenDifferently);
}

/** From `delayed:<second>`. */
const secondOf = (member: string): number => Number(member.slice(member.lastIndexOf(':') + 1));
