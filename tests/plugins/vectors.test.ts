import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import type { Dialect, Jobs } from '@reskue/core';
import { JobLock, QueueLock, Retry } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();

interface Entry {
  type: string;
  ttl_s: number | null;
  value: unknown;
}
type Template = Record<string, Entry>;
type Vectors = Record<string, { note: string; ruby?: Template; node: Template }>;
// Recorded from Ruby Resque, resque-retry and node-resque; this file holds no other shape.
const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as Vectors;

/** Keys that only we write, or only they. */
const strangers =
  /:(leases|leases:looked|lease:.*|due|due:wake|wake|wake:.*|producer:.*|pruning_dead_workers_in_progress|connection_test_key)$/;
/** Where the error comes from, and what it says, differs by language. */
const unlike = /"(exception|error)":"(?:[^"\\]|\\.)*"|"(backtrace)":\[(?:"(?:[^"\\]|\\.)*",?)*\]/g;

const mask = (text: string): string =>
  text
    .replaceAll(`${hostname()}:${process.pid}`, '<HOST>:<PID>')
    .replace(
      unlike,
      (_, member: string | undefined, list: string | undefined) => `"${member ?? list ?? ''}":"<...>"`,
    )
    .replace(
      /"failed_at":"\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d UTC"/g,
      '"failed_at":"<NOW %Y/%m/%d %H:%M:%S %Z>"',
    )
    .replace(/"failed_at":"\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d"/g, '"failed_at":"<NOW %Y/%m/%d %H:%M:%S>"')
    .replace(/\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \([^)]*\)/g, '<NOW Date#toString>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000/g, '<NOW %Y-%m-%d %H:%M:%S %z>')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, '<NOW iso8601 +hh:mm>')
    // Behind the second of a lock of ours stands its holder.
    .replace(/\b\d{10}(\.\d{31})?\b/g, '<EPOCH>');

function masked(template: Template, kept: (key: string) => boolean): Template {
  const entries = Object.entries(template).filter(([key]) => !strangers.test(key) && kept(key));
  return Object.fromEntries(
    entries
      .map(([key, { type, ttl_s, value }]): [string, Entry] => [
        mask(key),
        { type, ttl_s, value: maskedValue(value) },
      ])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function maskedValue(value: unknown): unknown {
  if (typeof value === 'string') return mask(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(maskedValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, maskedValue(member)]));
}

async function dump(): Promise<Template> {
  const { redis } = bench.server;
  const found: Template = {};
  for (const key of await redis.keys('*')) {
    const [type, ttl] = [await redis.type(key), await redis.ttl(key)];
    found[key] = { type, ttl_s: ttl < 0 ? null : ttl, value: await valueOf(key, type) };
  }
  return found;
}

async function valueOf(key: string, type: string): Promise<unknown> {
  const { redis } = bench.server;
  if (type === 'string') return redis.get(key);
  if (type === 'list') return redis.lrange(key, 0, -1);
  if (type === 'set') return redis.smembers(key);
  if (type === 'hash') return redis.hgetall(key);
  const [member, score] = await redis.zrangebyscore(key, '-inf', '+inf', 'WITHSCORES');
  return [{ member, score }];
}

const failing = (options: object): Jobs[string] => ({
  plugins: [Retry],
  pluginOptions: { Retry: options },
  perform: () => {
    throw new RangeError('later');
  },
});
const jobs: Jobs = {
  RetryLater: failing({ retryLimit: 3, retryDelay: 60_000 }),
  RetryNow: failing({ retryLimit: 1 }),
};

/** Works jobs in a dialect as the recorded processes did, until the worker pauses. */
async function work(dialect: Dialect, definitions: Jobs, func: string, args: unknown[]): Promise<void> {
  const connection = { ...bench.server.connection, dialect };
  const queue = await bench.queue(definitions, { connection });
  await queue.enqueue('rig', func, args);
  const name = `${hostname()}:${process.pid}`;
  const worker = await bench.worker(definitions, { connection, name, queues: 'rig' });
  const done = next(worker, 'pause');
  await worker.start();
  await done;
}

/**
 * TTLs of node-resque's retry keys are milliseconds taken for seconds (60,000 for a minute); ours are the delay and half a
 * day. After its own first DECR node-resque has a counter of 0 that a failure leaves alone.
 */
const withoutTtl = (template: Template): Template =>
  Object.fromEntries(Object.entries(template).map(([key, entry]) => [key, { ...entry, ttl_s: null }]));

test.each([
  ['20 retry_scheduled', 'ruby', {}, 'RetryLater', [1, 'a b']],
  ['20 retry_scheduled', 'node', {}, 'RetryLater', [1, 'a b']],
  ['21 retry_scheduled_plain_backend', 'ruby', { keepFailures: true }, 'RetryLater', [1]],
  ['22 retry_given_up', 'ruby', { retryDelay: 0 }, 'RetryNow', [1]],
  ['22 retry_given_up', 'node', {}, 'RetryNow', [1]],
] as const)('%s is left in Redis as by %s', async (name, dialect, options, func, args) => {
  const definition = jobs[func]!;
  const pluginOptions = { Retry: { ...definition.pluginOptions?.['Retry'], ...options } };
  await work(dialect, { [func]: { ...definition, pluginOptions } }, func, [...args]);
  const wanted = vectors[name]![dialect]!;
  const given = await dump();
  // Signs of life are no matter of a plugin's.
  const kept = (key: string): boolean => !/:workers:heartbeat$|:worker:ping:/.test(key);
  const compared = dialect === 'node' ? withoutTtl : (template: Template) => template;
  expect(compared(masked(given, kept))).toEqual(compared(masked(wanted, kept)));
});

test('35 node_locks is left in Redis as by node', async () => {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const definitions: Jobs = { Slow: { plugins: [QueueLock, JobLock], perform: () => ended } };
  const queue = await bench.queue(definitions);
  const name = `${hostname()}:${process.pid}`;
  const worker = await bench.worker(definitions, { name, queues: 'rig' });
  await queue.enqueue('rig', 'Slow', ['v']);
  await worker.start();
  await until(() => bench.server.redis.exists('resque:workerslock:Slow:rig:["v"]'));
  expect(await queue.enqueue('rig', 'Slow', ['v'])).toBe(true);
  // The record is ours in its form; see docs/protocol.md.
  const kept = (key: string): boolean => !key.endsWith(':rig') || !key.startsWith('resque:worker:');
  const given = masked(await dump(), kept);
  end();
  expect(given).toEqual(masked(vectors['35 node_locks']!.node, kept));
});
