import { until } from '@reskue/testkit';
import type { Outcome } from '@reskue/core/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { engineBench } from './engine-bench.test-kit.js';
import { slotProbe, type SlotProbe } from './slot-probe.test-kit.js';

const bench = engineBench();
const { server } = bench;
beforeEach(async () => {
  // From sources there is no heartbeat thread; what it does is tested with the built package.
  bench.engine.gate.isGuarded = true;
  seen = [];
  await server.redis.sadd('resque:queues', 'q');
});

const bytes = 64_000;
const job = (number: number): string => `{"class":"c","args":[${number},"${'ü'.repeat(bytes / 2)}"]}`;
const numberOf = (payload: string): number => Number(/\[(\d+)/.exec(payload)?.[1]);
/** The numbers of the jobs that were begun, in their order. */
let seen: number[] = [];

async function push(from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number += 20)
    await server.redis.rpush(
      'resque:queue:q',
      ...Array.from({ length: Math.min(20, from + count - number) }, (_, at) => job(number + at)),
    );
  await server.redis.rpush('resque:wake:q', 1);
}
const numbers = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => from + at);
const processed = async (): Promise<number> => Number(await server.redis.get('resque:stat:processed'));
const waiting = async (): Promise<number[]> =>
  (await server.redis.lrange('resque:queue:q', 0, -1)).map(numberOf);
const sorts = async (): Promise<number> =>
  Number(/cmdstat_sort:calls=(\d+)/.exec(await server.redis.info('commandstats'))?.[1] ?? 0);
const listsLeft = async (): Promise<string[]> =>
  (await server.redis.keys('resque:lease:*:ahead*')).filter((key) => /ahead:/.test(key));

function worker(name: string, isLong: (number: number) => boolean = () => false): SlotProbe {
  const probe = slotProbe(bench.engine, name, {
    auto: true,
    isLong(payload) {
      expect(payload).toBe(job(numberOf(payload)));
      seen.push(numberOf(payload));
      return isLong(numberOf(payload));
    },
  });
  bench.probes.push(probe);
  return probe;
}

test.each([1, 10, 100])(
  'long payloads in %d slots: each is worked once, many past Lua, and no list is left',
  async (slots) => {
    await push(0, 600);
    const probes = numbers(0, slots).map((at) => worker(`h:${at}`));
    await Promise.all(probes.map((probe) => probe.join(bench.connection, ['q'], { claimAhead: 64 })));
    await until(async () => (await processed()) === 600, { timeoutMs: 10_000 });
    expect(seen.toSorted((one, other) => one - other)).toEqual(numbers(0, 600));
    if (slots === 1) expect(seen).toEqual(numbers(0, 600));
    expect(await sorts()).toBeGreaterThan(100);
    await until(() => probes.every(({ isAtRest }) => isAtRest));
    expect(await listsLeft()).toEqual([]);
  },
);

test('with claimAhead 0 none goes past Lua', async () => {
  await push(0, 200);
  const one = worker('h:1');
  await one.join(bench.connection, ['q'], { claimAhead: 0 });
  await until(async () => (await processed()) === 200);
  expect(await sorts()).toBe(0);
});

test('few bytes are in hand at once', async () => {
  await push(0, 400);
  let most = 0;
  const look = setInterval(() => {
    void server.redis
      .keys('resque:lease:*:ahead:*')
      .then((keys) => (most = Math.max(most, keys.length)))
      .catch(() => undefined);
  }, 1);
  const one = worker('h:1');
  await one.join(bench.connection, ['q'], { claimAhead: 64 });
  await until(async () => (await processed()) === 400, { timeoutMs: 10_000 });
  clearInterval(look);
  // Three calls of seven, what is held, and what has ended.
  expect(most).toBeLessThanOrEqual(35);
});

describe('where something is out of the ordinary', () => {
  test.each([
    ['a pause of another queue', (): Promise<unknown> => server.redis.sadd('resque:paused', 'other')],
    ['a job that a process died of', (): Promise<unknown> => server.redis.hset('resque:recovered', 'x', 1)],
  ])('%s: jobs go through Lua, none waits for the next look', async (_, change) => {
    await push(0, 300);
    const one = worker('h:1');
    await one.join(bench.connection, ['q'], { claimAhead: 64, timeoutMs: 60_000 });
    await until(async () => (await sorts()) > 50);
    await change();
    await push(300, 100);
    await until(async () => (await processed()) === 400, { timeoutMs: 10_000 });
    expect(seen).toEqual(numbers(0, 400));
    expect(await listsLeft()).toEqual([]);
  });

  test('without the right to SORT all jobs are worked, and it is not tried again and again', async () => {
    await server.redis.acl('SETUSER', 'default', '-sort');
    try {
      await push(0, 300);
      const one = worker('h:1');
      await one.join(bench.connection, ['q'], { claimAhead: 64, timeoutMs: 60_000 });
      await until(async () => (await processed()) === 300, { timeoutMs: 10_000 });
      expect(seen).toEqual(numbers(0, 300));
      const log = (await server.redis.acl('LOG')) as unknown[];
      expect(log.length).toBeLessThanOrEqual(3);
    } finally {
      await server.redis.acl('SETUSER', 'default', '+sort');
      await server.redis.acl('LOG', 'RESET');
    }
  });

  test('payloads that become short again are claimed ahead as ever', async () => {
    await push(0, 200);
    const shorts = numbers(0, 2_000).map((number) => `{"args":[${number}]}`);
    const probe = slotProbe(bench.engine, 'h:1', { auto: true });
    bench.probes.push(probe);
    await server.redis.rpush('resque:queue:q', ...shorts);
    await probe.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(async () => (await processed()) === 2_200, { timeoutMs: 10_000 });
    expect(await listsLeft()).toEqual([]);
    expect(await sorts()).toBeLessThan(1_000);
  });
});

describe('a job among them', () => {
  test('that fails is settled with its payload, and the others by the way', async () => {
    await push(0, 300);
    const one = worker('h:1', (number) => number === 200);
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => seen.at(-1) === 200);
    const outcome: Outcome = {
      kind: 'retried',
      counted: { processed: 0, failed: 1 },
      move: { payload: job(200), destination: { to: 'back', queue: 'q' } },
      commands: [],
    };
    one.end(outcome);
    await until(() => seen.length === 301);
    one.end();
    await until(async () => (await processed()) === 300);
    expect(seen).toEqual([...numbers(0, 300), 200]);
    expect(await server.redis.get('resque:stat:failed')).toBe('1');
    expect(await listsLeft()).toEqual([]);
  });

  test('that turns out long lets the others go, and is shown in its record, whole', async () => {
    await push(0, 300);
    const one = worker('h:1', (number) => number === 200);
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => seen.at(-1) === 200);
    await until(async () => (await waiting()).length === 99);
    expect(await waiting()).toEqual(numbers(201, 99));
    await until(async () => (await server.redis.exists('resque:worker:h:1:q')) === 1);
    expect(await server.redis.get('resque:worker:h:1:q')).toContain(`,"payload":${job(200)}}`);
    expect(await listsLeft()).toEqual([]);
    one.end();
    await until(async () => (await processed()) === 300, { timeoutMs: 10_000 });
  });

  test('whose lease is lost is told so, and comes again as it was', async () => {
    await push(0, 300);
    const one = worker('h:1', (number) => number === 200 && seen.length === 201);
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => seen.at(-1) === 200);
    await until(async () => (await listsLeft()).length === 0);
    const before = bench.engine.leaseId;
    await server.redis.multi().zrem('resque:leases', before).del(`resque:lease:${before}`).exec();
    one.end();
    await until(() => one.told.includes('lost'));
    await until(async () => (await processed()) === 300, { timeoutMs: 10_000 });
    expect(seen).toEqual([...numbers(0, 201), ...numbers(200, 100)]);
  });
});

test('an answer that is lost: the same claims come with the next one, and none twice', async () => {
  await push(0, 400);
  const one = worker('h:1');
  await one.join(bench.connection, ['q'], { claimAhead: 64 });
  await until(async () => (await sorts()) > 60);
  for (let cut = 0; cut < 5; cut += 1) {
    await server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(() => bench.connection.client.status === 'ready');
  }
  await until(async () => (await processed()) === 400, { timeoutMs: 10_000 });
  expect(seen).toEqual(numbers(0, 400));
  expect(await listsLeft()).toEqual([]);
});
