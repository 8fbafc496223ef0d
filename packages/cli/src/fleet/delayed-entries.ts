import type { Connection } from '@reskue/core/protocol';
import { jobEntry, type JobEntry } from './job-entry.js';
import { Pace } from './pace.js';
import { readSlices } from './read-slices.js';

export interface DelayedEntry extends JobEntry {
  dueAt: string;
}

/** A delayed job where it lies. */
export interface DelayedJob {
  readonly second: number;
  readonly payload: string;
  /** Its exact time when it is one of ours, else the beginning of its second. */
  readonly dueMs: number;
}

const PAGE = 500;
/** Buckets of no more jobs than this are read whole, many in one round trip. */
const SMALL = 50;
const TOGETHER = 50;

/** Every delayed job, the earliest second first; seconds and buckets are read in pages. */
export async function* delayedJobs(
  connection: Connection,
  options: { texts?: readonly string[]; signal?: AbortSignal } = {},
): AsyncGenerator<DelayedJob[], void> {
  const { keys, client } = connection;
  const pace = await Pace.of(connection);
  let seconds: number[] = [];
  const readAll = async function* (): AsyncGenerator<DelayedJob[], void> {
    const lengths = await Promise.all(seconds.map((second) => client.llen(keys.bucket(second))));
    const small = seconds.filter((_, at) => (lengths[at] ?? 0) <= SMALL);
    const texts = await Promise.all(small.map((second) => client.lrange(keys.bucket(second), 0, -1)));
    const whole = new Map(small.map((second, at) => [second, texts[at] ?? []]));
    for (const second of seconds) {
      const known = whole.get(second);
      if (known !== undefined) {
        yield await withDueTimes(
          connection,
          second,
          known.filter((text) => holdsAll(text, options.texts)),
        );
        continue;
      }
      for await (const { entries } of readSlices(connection, keys.bucket(second), {
        from: 'head',
        pace,
        ...options,
      })) {
        yield await withDueTimes(
          connection,
          second,
          entries.map(({ text }) => text),
        );
      }
    }
    seconds = [];
  };
  for await (const second of delayedSeconds(connection, options.signal)) {
    seconds.push(second);
    if (seconds.length >= TOGETHER) yield* readAll();
  }
  if (seconds.length > 0) yield* readAll();
}

const holdsAll = (text: string, texts: readonly string[] = []) => texts.every((one) => text.includes(one));

async function withDueTimes(
  { client, keys }: Connection,
  second: number,
  texts: readonly string[],
): Promise<DelayedJob[]> {
  if (texts.length === 0) return [];
  const scores = await client.zmscore(keys.due, ...texts.map((text) => `${second}:${text}`));
  return texts.map((payload, at) => {
    const exact = scores[at];
    return { second, payload, dueMs: exact == null ? second * 1_000 : Number(exact) };
  });
}

/** Seconds of the schedule that have a name, ascending; what a stranger put there is passed over. */
export async function* delayedSeconds(
  connection: Connection,
  signal?: AbortSignal,
): AsyncGenerator<number, void> {
  const { client, keys } = connection;
  // Members of one score can not be paged by score alone; two of the same second there can not be, so a page moves on.
  for (let after = '-inf'; signal?.aborted !== true;) {
    const found = await client.zrangebyscore(keys.schedule, after, '+inf', 'WITHSCORES', 'LIMIT', 0, PAGE);
    for (let at = 0; at < found.length; at += 2) {
      const second = Number(found[at]);
      if (Number.isFinite(second) && found[at] !== '') yield second;
    }
    const last = found.at(-1);
    if (last === undefined || found.length < PAGE * 2) return;
    after = `(${last}`;
  }
}

export function delayedEntry({ payload, dueMs }: DelayedJob): DelayedEntry {
  return { ...jobEntry(payload, 'delayed'), dueAt: new Date(dueMs).toISOString() };
}
