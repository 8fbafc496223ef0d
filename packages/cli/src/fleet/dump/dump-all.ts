import type { Connection } from '@reskue/core/protocol';
import { readLocks } from '../read-locks.js';
import { queueNames } from '../matching-jobs.js';
import { toBytes, type DumpLine } from './dump-line.js';

/** A reply of about so many bytes is what Redis gives without holding anybody up. */
const BYTES = 500_000;
const PAGE = 500;

/** Every line of an export, read in pages. */
export async function* dumpAll(connection: Connection, signal: AbortSignal): AsyncGenerator<DumpLine, void> {
  const { client, keys } = connection;
  const namespace = keys.prefix.replace(/:$/, '');
  yield { type: 'reskue-export', version: 1, namespace, at: new Date().toISOString() };
  for (const queue of await queueNames(connection)) {
    yield { type: 'queue', queue };
    for await (const buffer of listOf(connection, keys.queue(queue), signal)) {
      yield { type: 'job', queue, payload: toBytes(buffer) };
    }
  }
  for (const queue of (await client.smembers(keys.paused)).sort()) yield { type: 'paused', queue };
  yield* delayedLines(connection, signal);
  for await (const buffer of listOf(connection, keys.failed, signal)) {
    yield { type: 'failed', entry: toBytes(buffer) };
  }
  for await (const { lock, lapsesAt } of readLocks(connection, signal)) {
    const key = keys.prefix + lock;
    const value = await client.getBuffer(key);
    if (value === null) continue;
    const ttlMs = lapsesAt === null ? null : Math.max(1, Date.parse(lapsesAt) - Date.now());
    yield { type: 'lock', lock, value: toBytes(value), ttlMs };
  }
  for (const name of (await client.hkeys(keys.persistentSchedules)).sort()) {
    const config = await client.hgetBuffer(keys.persistentSchedules, name);
    if (config !== null) yield { type: 'schedule', name, config: toBytes(config) };
  }
}

/** The second is kept as the text it is: it is part of the name of a bucket. */
async function* delayedLines(connection: Connection, signal: AbortSignal): AsyncGenerator<DumpLine, void> {
  const { client, keys } = connection;
  for (let from = 0; !signal.aborted; from += PAGE) {
    const seconds = await client.zrange(keys.schedule, String(from), String(from + PAGE - 1));
    for (const second of seconds) {
      for await (const buffer of listOf(connection, keys.bucket(Number(second)), signal)) {
        const member = Buffer.concat([Buffer.from(`${second}:`), buffer]);
        const score = await client.zscore(keys.due, member);
        yield {
          type: 'delayed',
          second,
          dueMs: score === null ? null : Number(score),
          payload: toBytes(buffer),
        };
      }
    }
    if (seconds.length < PAGE) return;
  }
}

/** A list from the head on, as bytes; the pages are as long as the entries are short. */
async function* listOf(
  { client }: Connection,
  key: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  let page = 10;
  for (let from = 0; !signal.aborted;) {
    const entries = await client.lrangeBuffer(key, from, from + page - 1);
    yield* entries;
    if (entries.length < page) return;
    from += page;
    const bytes = entries.reduce((sum, { length }) => sum + length, 0);
    page = Math.max(1, Math.min(1_000, page * 4, Math.floor((BYTES * entries.length) / Math.max(1, bytes))));
  }
}
