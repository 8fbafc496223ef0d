import { setTimeout as delay } from 'node:timers/promises';
import { Connection, unlockCommand } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { ClaimAhead } from './claim-ahead.js';
import { Engine } from './engine.js';
import { slotProbe, type SlotProbe } from './slot-probe.test-kit.js';
import { engineBench, terms } from './engine-bench.test-kit.js';

const bench = engineBench();
const { server } = bench;
beforeEach(() => {
  // From sources there is no heartbeat thread; what it does is tested with the built package.
  bench.engine.gate.isGuarded = true;
});

const jobs = (count: number, name = 'job'): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index}`);
const push = (queue: string, ...payloads: string[]): Promise<unknown> =>
  server.redis
    .multi()
    .sadd('resque:queues', queue)
    .rpush(`resque:queue:${queue}`, ...payloads)
    .exec();
const waiting = (queue = 'q'): Promise<string[]> => server.redis.lrange(`resque:queue:${queue}`, 0, -1);
const processed = async (): Promise<number> => Number(await server.redis.get('resque:stat:processed'));
const held = async (): Promise<string[]> =>
  (await server.redis.hkeys(`resque:lease:${bench.engine.leaseId}:ahead`)).filter(
    (field) => field !== 'last',
  );
const calls = async (): Promise<number> =>
  Number(/cmdstat_evalsha:calls=(\d+)/.exec(await server.redis.info('commandstats'))?.[1]);

/** Ends each job at once, but for those that `isLong` names. */
function worker(name: string, isLong: (payload: string) => boolean = () => false): SlotProbe {
  const probe = slotProbe(bench.engine, name, { auto: true, isLong });
  bench.probes.push(probe);
  return probe;
}
const payloads = ({ claims }: SlotProbe): string[] => claims.map(({ payload }) => payload);

describe('short jobs', () => {
  test('are claimed ahead, run in their order and are settled by the way: few calls for many jobs', async () => {
    const all = jobs(1_000);
    await push('q', ...all);
    await server.redis.config('RESETSTAT');
    const one = worker('h:1');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(async () => (await processed()) === 1_000);
    expect(payloads(one)).toEqual(all);
    expect(await calls()).toBeLessThan(120);
    await one.leave();
    expect([await server.redis.exists('resque:leases'), await held()]).toEqual([0, []]);
  });

  test('are not claimed ahead of one that came alone while the lane slept', async () => {
    const one = worker('h:1');
    await push('q', ...jobs(200));
    await one.join(bench.connection, ['q'], { claimAhead: 64, timeoutMs: 60_000 });
    const settled = (count: number) => async () =>
      (await processed()) === count && one.slot.state === 'parked';
    await until(settled(200));
    const last = (): Promise<unknown> =>
      server.redis.hget(`resque:lease:${bench.engine.leaseId}:ahead`, 'last');
    const before = await last();
    expect(before).not.toBeNull();
    for (let count = 201; count <= 203; count += 1) {
      await server.redis.multi().rpush('resque:queue:q', `late ${count}`).rpush('resque:wake:q', 1).exec();
      await until(settled(count));
    }
    expect(await last()).toBe(before);
    // Where there are more, the next call shows it.
    await push('q', ...jobs(200));
    await server.redis.rpush('resque:wake:q', 1);
    await until(settled(403));
    expect(Number(await last())).toBeGreaterThan(Number(before));
  });

  test('are not claimed ahead with claimAhead 0, nor without a thread to watch over them', async () => {
    const off = async (claimAhead: number): Promise<void> => {
      const before = await processed();
      await push('q', ...jobs(200));
      await server.redis.config('RESETSTAT');
      const one = worker('h:1');
      await one.join(bench.connection, ['q'], { claimAhead });
      await until(async () => (await processed()) === before + 200);
      expect(await calls()).toBeGreaterThan(200);
      expect(await server.redis.exists(`resque:lease:${bench.engine.leaseId}:ahead`)).toBe(0);
      await one.leave();
    };
    await off(0);
    bench.engine = new Engine(terms, () => undefined);
    await off(64);
  });

  test('of many slots are each worked once', async () => {
    const all = jobs(2_000);
    await push('q', ...all);
    const slots = jobs(20, 'h:1+').map((name) => worker(name.replace(' ', '')));
    for (const slot of slots) await slot.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(async () => (await processed()) === 2_000);
    expect(slots.flatMap(payloads).sort()).toEqual(all.sort());
    await until(() => slots.every(({ isAtRest }) => isAtRest));
  });

  test('of several queues keep the order of the queues', async () => {
    await push('low', ...jobs(120, 'low'));
    await push('high', ...jobs(120, 'high'));
    const one = worker('h:1');
    await one.join(bench.connection, ['high', 'low'], { claimAhead: 64 });
    await until(async () => (await processed()) === 240);
    expect(payloads(one)).toEqual([...jobs(120, 'high'), ...jobs(120, 'low')]);
  });

  test('a queue that was emptied is told, and a token wakes the lane again', async () => {
    await push('q', ...jobs(120));
    const one = worker('h:1');
    await one.join(bench.connection, ['q'], { claimAhead: 64, timeoutMs: 60_000 });
    await until(() => one.told.includes('empty q'));
    expect(await processed()).toBe(120);
    await push('q', 'more');
    await server.redis.rpush('resque:wake:q', 1);
    await until(() => one.claims.length === 121);
  });
});

describe('a job that turns out long', () => {
  test('lets go what waits behind it, unspent, in its order, with a token, and is shown in its record', async () => {
    const all = jobs(200);
    await push('q', ...all);
    const one = worker('h:1', (payload) => payload === 'job 150');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => one.slot.state === 'working');
    await until(async () => (await waiting()).length === 49);
    expect(await waiting()).toEqual(all.slice(151));
    expect(await server.redis.llen('resque:wake:q')).toBe(1);
    await until(async () => (await server.redis.exists('resque:worker:h:1:q')) === 1);
    expect(await server.redis.get('resque:worker:h:1:q')).toMatch(
      /"worker":"h:1","lease":"[^"]+","claim":\d+,"payload":job 150\}$/,
    );
    expect([await held(), await processed()]).toEqual([[], 150]);
    one.end();
    await until(async () => (await processed()) === 200);
    expect(payloads(one)).toEqual(all);
    expect(await server.redis.exists('resque:recovered', 'resque:worker:h:1:q')).toBe(0);
  });

  test('that ends while others are on their way back is followed by these, however long that takes', async () => {
    const all = jobs(300);
    await push('q', ...all);
    const one = worker('h:1', (payload) => payload === 'job 200');
    const { engine } = bench;
    const giveBack = engine.giveBack.bind(engine);
    // As when Redis does not know the script yet, or is away for a moment.
    engine.giveBack = async (claims) => {
      one.end();
      await delay(20);
      return giveBack(claims);
    };
    await one.join(bench.connection, ['q'], { claimAhead: 64, timeoutMs: 60_000 });
    await until(async () => (await processed()) === 300);
    expect(payloads(one)).toEqual(all);
  });

  test('is worked by this process while another works what it gave back', async () => {
    await push('q', ...jobs(200));
    const one = worker('h:1', (payload) => payload === 'job 150');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => one.slot.state === 'working');
    const other = new Engine(terms, () => undefined);
    const otherConnection = new Connection(server.connection);
    await otherConnection.connect();
    const two = slotProbe(other, 'h:2', { auto: true });
    await two.join(otherConnection, ['q'], { timeoutMs: 60_000 });
    await until(async () => (await processed()) === 199);
    expect(two.claims.length).toBeGreaterThan(0);
    await two.leave();
    otherConnection.end();
  });

  test('failing, is settled as any other, and the jobs behind it run', async () => {
    await push('q', ...jobs(200));
    const one = worker('h:1', (payload) => payload === 'job 150');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => one.slot.state === 'working');
    one.end({ kind: 'failed', counted: { processed: 0, failed: 1 }, failure: 'why', commands: [] });
    await until(async () => (await processed()) === 199);
    expect(payloads(one)).toEqual(jobs(200));
    expect(await server.redis.lrange('resque:failed', 0, -1)).toEqual(['why']);
    expect(await held()).toEqual([]);
  });
});

describe('what is held', () => {
  /** Has 59 jobs behind the one that runs. */
  const stuck = async (): Promise<SlotProbe> => {
    await push('q', ...jobs(200));
    const one = worker('h:1', (payload) => payload === 'job 140');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => one.slot.state === 'working');
    return one;
  };

  test('goes back at once when its worker leaves, before the job that runs has ended', async () => {
    const one = await stuck();
    const left = one.leave();
    await until(async () => (await waiting()).length === 59);
    expect(await waiting()).toEqual(jobs(200).slice(141));
    one.end();
    await left;
    expect(await server.redis.keys('resque:lease:*')).toEqual([]);
    expect(await processed()).toBe(141);
  });

  test('goes back when the process pauses, and is worked when it goes on', async () => {
    const one = await stuck();
    one.pause();
    await until(async () => (await waiting()).length === 59);
    one.end();
    await until(async () => (await processed()) === 141);
    one.resume();
    await until(async () => (await processed()) === 200);
    expect(payloads(one)).toEqual(jobs(200));
  });

  test('belongs to others once the lease is lost: nothing of it is settled, and each loss is told', async () => {
    const one = await stuck();
    const before = bench.engine.leaseId;
    await server.redis.multi().zrem('resque:leases', before).del(`resque:lease:${before}:ahead`).exec();
    const settledBefore = await processed();
    one.end();
    await until(() => one.told.includes('leaseLost'));
    await until(async () => (await server.redis.zcard('resque:leases')) === 1);
    expect(bench.engine.leaseId).not.toBe(before);
    await push('q', 'more');
    await server.redis.rpush('resque:wake:q', 1);
    await until(() => payloads(one).includes('more'));
    const lost = (): number => one.told.filter((word) => word.startsWith('lost')).length;
    await until(async () => (await processed()) > settledBefore && one.isAtRest);
    // Each run was either settled or told to be lost.
    await until(async () => (await processed()) + lost() === one.claims.length);
    expect(lost()).toBeGreaterThan(0);
  });

  test('is settled once when Redis goes away and comes back', async () => {
    await push('q', ...jobs(20_000));
    const one = worker('h:1');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    for (let times = 0; times < 5; times += 1) {
      const from = one.claims.length;
      await until(() => one.claims.length > from);
      await server.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    }
    await until(async () => (await processed()) === 20_000, { timeoutMs: 10_000 });
    expect(payloads(one)).toEqual(jobs(20_000));
    expect(await held()).toEqual([]);
  });
});

describe('the heartbeat’s thread', () => {
  test('closing the gate keeps what is held from being begun: it goes back', async () => {
    await push('q', ...jobs(200));
    const one = worker('h:1', (payload) => payload === 'job 140');
    await one.join(bench.connection, ['q'], { claimAhead: 64 });
    await until(() => one.slot.state === 'working');
    bench.engine.gate.close();
    one.end();
    await until(async () => (await held()).length === 0);
    bench.engine.gate.open();
    await until(async () => (await processed()) === 200);
    expect(payloads(one)).toEqual(jobs(200));
  });
});

test('jobs that their process died of are claimed by slots, one each, and after them ahead again', async () => {
  await push('q', ...jobs(200));
  const { createHash } = await import('node:crypto');
  const sha = createHash('sha1').update('job 150').digest('hex');
  await server.redis.hset('resque:recovered', sha, 1);
  const one = worker('h:1', (payload) => payload === 'job 150');
  await one.join(bench.connection, ['q'], { claimAhead: 64 });
  await until(() => one.slot.state === 'working' && one.claims.length === 151);
  expect([await held(), await server.redis.exists('resque:worker:h:1:q')]).toEqual([[], 1]);
  expect((await waiting()).length).toBe(49);
  one.end();
  await until(async () => (await processed()) === 200);
  expect(payloads(one)).toEqual(jobs(200));
});

test('locks of short jobs that are done go back before long payloads are asked for, whose script knows none', () => {
  const ahead = new ClaimAhead(
    bench.engine.gate,
    () => undefined,
    64,
    () => true,
  );
  for (let run = 0; run < 100; run += 1) ahead.estimate.add(0.01);
  const { slot } = slotProbe(bench.engine, 'h:1');
  ahead.finish(slot, { queue: 'q', payload: 'short', number: 1 }, [unlockCommand(7)]);
  ahead.estimate.addPayload({ length: 1_000_000 });
  expect(ahead.estimate.isBulky).toBe(true);
  expect(ahead.request(10)).toMatchObject({ wanted: 0, unlocks: [7], isLong: false });
  const next = ahead.request(10);
  expect(next).toMatchObject({ unlocks: [], isLong: true });
  expect(next.wanted).toBeGreaterThan(0);
});
