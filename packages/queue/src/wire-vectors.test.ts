import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Queue } from './queue.js';
import { queueBench } from './queue-bench.test-kit.js';

// What Resque 3.0 with resque-scheduler 5.0 and what node-resque 9.7 left in Redis for the same calls.
type Dump = Record<string, (string | { member: string; score: string })[]>;
type Side = 'node' | 'ruby';
// Written by the rig that recorded both; the shape is seen in the file.
const vectors = JSON.parse(readFileSync(new URL('./wire-vectors.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<Side, Dump>
>;

const bench = queueBench();
const second = 4_102_444_800;
const connected = (dialect: Side): Promise<Queue> =>
  bench.queue({}, { connection: { ...bench.server.connection, dialect } });

/** Keys of ours, which neighbours neither read nor trip over. */
const ours = /^resque:(wake|wake:.*|due|due:wake|producer:.*|connection_test_key)$/;

async function left(): Promise<Dump> {
  const { redis } = bench.server;
  const found: Dump = {};
  for (const key of (await redis.keys('*')).filter((name) => !ours.test(name)).sort()) {
    const type = await redis.type(key);
    if (type === 'list') found[key] = await redis.lrange(key, 0, -1);
    else if (type === 'set') found[key] = (await redis.smembers(key)).sort();
    else {
      const pairs = await redis.zrangebyscore(key, '-inf', '+inf', 'WITHSCORES');
      found[key] = pairs.flatMap((member, at) =>
        at % 2 === 0 ? { member, score: pairs[at + 1] ?? '' } : [],
      );
    }
  }
  return found;
}

async function load(dump: Dump): Promise<void> {
  const { redis } = bench.server;
  for (const [key, values] of Object.entries(dump)) {
    for (const value of values) {
      if (typeof value !== 'string') await redis.zadd(key, value.score, value.member);
      else if (/:(queue|delayed):/.test(key)) await redis.rpush(key, value);
      else await redis.sadd(key, value);
    }
  }
}

const enqueued: [vector: string, args: unknown[]][] = [
  ['01-enqueue_no_args', []],
  ['02-enqueue_ints', [1, -1, 0, 9007199254740991]],
  ['03-enqueue_floats', [1.5, 1, 0.1 + 0.2, 1e20, 1e15, 1e-7, -0]],
  ['04-enqueue_nested', [{ b: [1, { a: {} }, []], 2: 'two', 1: 'one', sym: 'val' }]],
  ['05-enqueue_unicode', ['é日本😀', '\u0000\u0001\b\t\n\f\r\u001f\u007f', '\u2028', 'a/b\\c"d']],
  ['06-enqueue_nulls', [null, true, false, [null], '']],
  // As JavaScript reads Ruby's integers, too.
  ['07-enqueue_bigints', [9007199254740992, 12345678901234567000, 2 ** 70]],
  ['08-enqueue_html', ["<b>&'</b>"]],
];

test.each(enqueued)('%s: what enqueue leaves is what node-resque leaves', async (vector, args) => {
  await (await connected('node')).enqueue('rig', 'Echo', args);
  expect(await left()).toEqual(vectors[vector]?.node);
});

test('09-enqueue_time_symbol: a Date becomes the text that node-resque writes', async () => {
  await (await connected('node')).enqueue('rig', 'Echo', ['sym', new Date(0), '2026-01-02']);
  expect(await left()).toEqual(vectors['09-enqueue_time_symbol']?.node);
});

test.each(enqueued.filter(([vector]) => /^0[12568]/.test(vector)))(
  '%s: in dialect ruby what enqueue leaves is what Ruby leaves',
  async (vector, args) => {
    await (await connected('ruby')).enqueue('rig', 'Echo', args);
    expect(await left()).toEqual(vectors[vector]?.ruby);
  },
);

test.each(
  enqueued.flatMap(([vector, args]) =>
    (['node', 'ruby'] as const).flatMap((writer) =>
      (['node', 'ruby'] as const).map((dialect) => ({ vector, args, writer, dialect })),
    ),
  ),
)(
  '$vector of $writer is listed, found and deleted in dialect $dialect',
  async ({ vector, args, writer, dialect }) => {
    const queue = await connected(dialect);
    await load(vectors[vector]?.[writer] ?? {});
    expect(await queue.queues()).toEqual(['rig']);
    const [job] = await queue.queued('rig', 0, -1);
    expect(job).toMatchObject({ class: 'Echo', queue: 'rig' });
    // By their texts, where 0 and -0 are one.
    expect(JSON.stringify(job?.args)).toBe(JSON.stringify(args));
    expect(await queue.del('rig', 'Echo', args)).toBe(1);
    expect(await left()).toEqual({ 'resque:queues': ['rig'] });
  },
);

const delayed: [vector: string, delay: (queue: Queue) => Promise<unknown>][] = [
  ['23-delayed_one', (queue) => queue.enqueueAt(second * 1_000, 'rig', 'Echo', [1, 'é'])],
  ['24-delayed_fraction', (queue) => queue.enqueueAt(second * 1_000 + 900, 'rig', 'Echo', [1])],
  [
    '25-delayed_same_second',
    async (queue) => {
      for (const [at, args] of [
        [0, [1]],
        [0, [2]],
        [0, [1]],
        [60_000, [1]],
      ] as const) {
        await queue.enqueueAt(second * 1_000 + at, 'rig', 'Echo', args, true);
      }
    },
  ],
];

test.each(delayed)('%s: what enqueueAt leaves is what node-resque leaves', async (vector, delay) => {
  await delay(await connected('node'));
  expect(await left()).toEqual(vectors[vector]?.node);
});

test.each(delayed)(
  '%s: in dialect ruby it is what Ruby leaves, without duplicates',
  async (vector, delay) => {
    await delay(await connected('ruby'));
    const expected = structuredClone(vectors[vector]?.ruby ?? {});
    // Ruby lists an equal job of one second twice; enqueueAt has a duplicate check in both dialects.
    const bucket = `resque:delayed:${second}`;
    if (expected[bucket]) expected[bucket] = [...new Set(expected[bucket])];
    expect(await left()).toEqual(expected);
  },
);

test.each(delayed.flatMap(([vector]) => (['node', 'ruby'] as const).map((writer) => ({ vector, writer }))))(
  '$vector of $writer is listed, found and deleted',
  async ({ vector, writer }) => {
    const queue = await connected('node');
    const dump = vectors[vector]?.[writer] ?? {};
    await load(dump);
    const buckets = Object.entries(dump).filter(([key]) => key.startsWith('resque:delayed:'));
    const seconds = buckets.map(([key]) => Number(key.split(':')[2]));
    expect(await queue.timestamps()).toEqual(seconds.map((at) => at * 1_000));
    const all = await queue.allDelayed();
    for (const [key, texts] of buckets) {
      expect(all[Number(key.split(':')[2]) * 1_000]).toEqual(
        texts.flatMap((text) => (typeof text === 'string' ? [JSON.parse(text) as unknown] : [])),
      );
    }
    const jobs = Object.values(all).flat();
    for (const { args } of jobs) {
      const found = await queue.scheduledAt('rig', 'Echo', args);
      expect(await queue.delDelayed('rig', 'Echo', args)).toEqual(found);
    }
    expect(await left()).toEqual({});
  },
);

test('26-delayed_removed: nothing is left, where both neighbours leave the empty second in the schedule', async () => {
  const queue = await connected('node');
  await queue.enqueueAt(second * 1_000, 'rig', 'Echo', [1]);
  expect(await queue.delDelayed('rig', 'Echo', [1])).toEqual([second]);
  expect(await left()).toEqual({});
  await load(vectors['26-delayed_removed']?.node ?? {});
  expect(await queue.timestamps()).toEqual([]);
});

test.each(['node', 'ruby'] as const)(
  '32-queue_removed, 33-dequeued: what is left is what %s leaves',
  async (dialect) => {
    const queue = await connected(dialect);
    await queue.enqueue('rig', 'Echo', [1]);
    await queue.delQueue('rig');
    expect(await left()).toEqual(vectors['32-queue_removed']?.[dialect]);
    await queue.enqueue('rig', 'Echo', [1]);
    await queue.enqueue('rig', 'Echo', [2]);
    expect(await queue.del('rig', 'Echo', [1])).toBe(1);
    expect(await left()).toEqual(vectors['33-dequeued']?.[dialect]);
  },
);
