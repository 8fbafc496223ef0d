import { decodeRecord } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { expect, test, vi } from 'vitest';
import { slotProbe, type SlotProbe } from './slot-probe.test-kit.js';
import { engineBench } from './engine-bench.test-kit.js';

const bench = engineBench();
const { server } = bench;

/** As a producer of ours does: the job and the token in one step. */
const enqueue = (queue: string, payload: string): Promise<unknown> =>
  server.redis.multi().rpush(`resque:queue:${queue}`, payload).rpush(`resque:wake:${queue}`, 1).exec();

/** One that is idle, with a claim behind its wait. */
async function parked(queues = ['q']): Promise<SlotProbe> {
  const probe = slotProbe(bench.engine, `h:${bench.probes.length + 1}`);
  bench.probes.push(probe);
  await probe.join(bench.connection, queues, 60_000);
  await until(() => probe.told.includes(`empty ${queues.join(',')}`) && probe.slot.state === 'parked');
  await until(async () => String(await server.redis.client('LIST')).includes('cmd=blpop'));
  return probe;
}

const blocked = async (): Promise<string> => {
  const list = String(await server.redis.client('LIST'));
  return /id=(\d+)(?=.*cmd=blpop)/.exec(list)?.[1] ?? '';
};

test('what comes is claimed in the round trip of its token', async () => {
  const one = await parked();
  const another = vi.spyOn(bench.connection.client, 'evalsha');
  await enqueue('q', 'a');
  await until(() => one.claims.length === 1);
  expect(one.claims[0]).toMatchObject({ queue: 'q', payload: 'a' });
  expect(another).not.toHaveBeenCalled();
});

test('one claim after the other waits behind a wait', async () => {
  const one = await parked();
  for (const payload of ['a', 'b', 'c']) {
    await enqueue('q', payload);
    await until(() => one.claims.at(-1)?.payload === payload);
    one.end();
    await until(() => one.slot.state === 'parked');
  }
  expect(one.claims).toHaveLength(3);
});

test('the first of the queues that have something is asked first, and its token is passed on', async () => {
  const one = await parked(['high', 'low']);
  await server.redis
    .multi()
    .rpush('resque:queue:low', 'later')
    .rpush('resque:wake:low', 1)
    .rpush('resque:queue:high', 'first')
    .exec();
  await until(() => one.claims.length === 1);
  expect(one.claims[0]?.payload).toBe('first');
  expect(await server.redis.llen('resque:wake:low')).toBe(1);
});

test('a paused queue is passed over; its job runs when it goes on', async () => {
  const one = await parked();
  await server.redis.sadd('resque:paused', 'q');
  const looks = one.told.length;
  await enqueue('q', 'a');
  await until(() => one.told.length > looks);
  expect(one.claims).toEqual([]);
  await server.redis.multi().srem('resque:paused', 'q').rpush('resque:wake:q', 1).exec();
  await until(() => one.claims.length === 1);
});

test('one that leaves gets its slot back at once, and leaves the job to others', async () => {
  const [one] = [await parked()];
  await one.leave();
  await server.redis.rpush('resque:queue:q', 'a');
  expect(one.claims).toEqual([]);
  expect(await server.redis.exists('resque:leases', 'resque:worker:h:1:q')).toBe(0);
});

test('a token that came under a lease that was lost brings the job under the new one', async () => {
  const one = await parked();
  const before = bench.engine.leaseId;
  await server.redis
    .multi()
    .zrem('resque:leases', before)
    .del(`resque:lease:${before}`)
    .rpush('resque:queue:q', 'a')
    .rpush('resque:wake:q', 1)
    .exec();
  await until(() => one.claims.length === 1);
  expect(bench.engine.leaseId).not.toBe(before);
  const record = decodeRecord((await server.redis.get('resque:worker:h:1:q')) ?? '');
  expect(record).toMatchObject({ lease: bench.engine.leaseId, payload: 'a' });
});

test('a process that stood still does not begin what was claimed for it and taken away since', async () => {
  const one = await parked();
  const { leaseId } = bench.engine;
  const standStill = (ms: number): void => {
    const until = performance.now() + ms;
    while (performance.now() < until);
  };
  void enqueue('q', 'a');
  // Redis carries out the claim when it has read no more: what is sent right behind would come before it.
  standStill(300);
  // As `reap` leaves it.
  const reaped = server.redis
    .multi()
    .zrem('resque:leases', leaseId)
    .del(`resque:lease:${leaseId}`, 'resque:worker:h:1:q')
    .exec();
  // Longer than an idle loop takes to its next tick.
  standStill(1_200);
  await reaped;
  await until(() => one.told.includes('leaseLost'));
  await until(() => one.slot.state === 'parked');
  expect(one.claims).toEqual([]);
  await enqueue('q', 'b');
  await until(() => one.claims.length === 1);
});

test('a wait that was cut off is taken up again, with the claim behind it', async () => {
  const one = await parked();
  const id = await blocked();
  await server.redis.multi().rpush('resque:queue:q', 'a').client('KILL', 'ID', id).exec();
  await until(async () => !['', id].includes(await blocked()) || one.claims.length === 1);
  await server.redis.rpush('resque:wake:q', 1);
  await until(() => one.claims.length === 1);
  expect(await server.redis.llen('resque:queue:q')).toBe(0);
});

test('a server that forgot the script is told it again', async () => {
  const one = await parked();
  await server.redis.script('FLUSH');
  await enqueue('q', 'a');
  await until(() => one.claims.length === 1);
});

test('the record tells since when the job runs, not since when its claim waited', async () => {
  const since = Date.now();
  const one = await parked();
  await until(() => Date.now() - since > 3_000);
  await enqueue('q', 'a');
  await until(() => one.claims.length === 1);
  const runAt = async (): Promise<number> =>
    Date.parse(decodeRecord((await server.redis.get('resque:worker:h:1:q')) ?? '')?.runAt ?? '');
  await until(async () => Date.now() - (await runAt()) < 2_000);
});

test('two lanes share the wait, and claim by themselves', async () => {
  const one = await parked(['q']);
  const two = slotProbe(bench.engine, 'h:2');
  bench.probes.push(two);
  await two.join(bench.connection, ['r'], 60_000);
  await until(() => two.told.includes('empty r') && [one, two].every(({ isAtRest }) => isAtRest));
  await enqueue('r', 'b');
  await until(() => two.claims.length === 1);
  await enqueue('q', 'a');
  await until(() => one.claims.length === 1);
});
