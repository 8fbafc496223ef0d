import { Redis } from 'ioredis';
import { beforeEach, describe, expect, test } from 'vitest';
import { adopt } from './adopt.js';
import type { CycleReply, CycleSlot } from './cycle.js';
import { runGiveBack } from './give-back.js';
import { runLongCycle } from './long-cycle.js';
import { succeeded, type Outcome } from './outcome.js';
import { runScript } from './run-script.js';
import { scriptBench, settlements } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
// As long as those that it is for, with bytes of which a lossy step would make others.
const job = (number: number): string =>
  `{"class":"add","queue":"q","args":[${number}.0,"\\u003c${'ü'.repeat(20_000)}\u0000",[]]}`;
const ahead = keys.leaseAhead('L');
const record = keys.record('h:1:q');
const redis = (): Redis => bench.server.redis;

const waiting = (queue = 'q'): Promise<string[]> => redis().lrange(keys.queue(queue), 0, -1);
const held = async (): Promise<string[]> => (await redis().hkeys(ahead)).filter((field) => field !== 'last');
const lists = async (): Promise<string[]> => (await redis().keys(`${ahead}:*`)).sort();
const listsOf = (...numbers: number[]): string[] => numbers.map((number) => `${ahead}:${number}`);
const processed = (): Promise<(string | null)[]> => redis().mget(keys.processed, keys.processedBy('h:1'));

interface Asked {
  done?: number[];
  queues?: (string | { name: string; owed: boolean })[];
  client?: Redis;
}
const claimLong = (
  first: number,
  wanted: number,
  { done = [], queues = ['q'], client = redis() }: Asked = {},
): Promise<CycleReply> =>
  runLongCycle(client, keys, {
    leaseId: 'L',
    runAt: 'now',
    queues: queues.map((queue) => (typeof queue === 'string' ? { name: queue, owed: false } : queue)),
    slots: [],
    ahead: { first, wanted, done: done.length > 0 ? [{ countedAs: 'h:1', claims: done }] : [], isLong: true },
  });
const wayOf = (reply: CycleReply): string =>
  reply.status === 'lost' ? 'lost' : (reply.ahead.long?.way ?? 'none');
const claimedBy = (reply: CycleReply): [number: number, payload: string][] =>
  reply.status === 'lost'
    ? []
    : (reply.ahead.long?.claimed ?? []).map(({ number, bytes }) => [number, bytes.toString()]);
const settle = (slot: Partial<CycleSlot>): Promise<CycleReply> =>
  bench.cycle('L', [{ wants: false, ...slot }]);

beforeEach(async () => {
  await bench.register('L', ['h:1:q']);
});

describe('claiming', () => {
  test('holds the jobs under the lease: the record in the hash, the payload in a list of its own, byte for byte', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    expect(claimedBy(await claimLong(7, 2))).toEqual([
      [7, job(1)],
      [8, job(2)],
    ]);
    expect(await redis().hgetall(ahead)).toEqual({
      last: '8',
      7: '{"queue":"q","run_at":"now","lease":"L","claim":7}',
      8: '{"queue":"q","run_at":"now","lease":"L","claim":8}',
    });
    expect(await lists()).toEqual(listsOf(7, 8));
    expect(await redis().lrange(`${ahead}:7`, 0, -1)).toEqual([job(1)]);
    expect(await waiting()).toEqual([job(3)]);
  });

  test('brings bytes that are no UTF-8, and texts that a list keeps as numbers, as they are', async () => {
    const odd = [
      Buffer.from([0xff, 0x00, 0xc3, 0x22]),
      Buffer.from('0012'),
      Buffer.from('12'),
      Buffer.from(''),
    ];
    for (const payload of odd) await redis().rpush(keys.queue('q'), payload);
    const reply = await claimLong(1, 4);
    const found = reply.status === 'cycled' ? reply.ahead.long?.claimed.map(({ bytes }) => bytes) : [];
    expect(found).toEqual(odd);
  });

  test('takes from the queues in their order, and tells of one that is no list', async () => {
    await bench.enqueue('low', job(1), job(2));
    await bench.enqueue('high', job(3));
    await redis().zadd(keys.queue('odd'), 1, job(4));
    const reply = await claimLong(1, 2, { queues: ['odd', 'high', 'low'] });
    expect(reply).toMatchObject({
      brokenQueues: ['odd'],
      ahead: {
        long: {
          claimed: [
            { number: 1, queue: 'high', queueIndex: 1 },
            { number: 2, queue: 'low', queueIndex: 2 },
          ],
        },
      },
    });
    expect(claimedBy(reply).map(([, payload]) => payload)).toEqual([job(3), job(1)]);
    expect([await waiting('low'), await redis().zcard(keys.queue('odd'))]).toEqual([[job(2)], 1]);
  });

  test('a second arrival claims nothing, and brings what is held still', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    await claimLong(1, 2);
    await claimLong(3, 0, { done: [1] });
    expect(claimedBy(await claimLong(1, 2))).toEqual([[2, job(2)]]);
    expect(await waiting()).toEqual([job(3)]);
  });

  test('a call that another one has overtaken claims nothing', async () => {
    await bench.enqueue('q', job(1), job(2));
    await claimLong(5, 1);
    expect(claimedBy(await claimLong(1, 2))).toEqual([]);
    expect([await waiting(), await held()]).toEqual([[job(2)], ['5']]);
  });

  test('a server that forgot the script brings all the same', async () => {
    await bench.enqueue('q', job(1));
    await redis().script('FLUSH');
    expect(claimedBy(await claimLong(1, 2))).toEqual([[1, job(1)]]);
  });

  test('over a client of a kind that does not take our commands', async () => {
    const client = new Redis({ ...bench.server.connection, enableAutoPipelining: true });
    await bench.enqueue('q', job(1));
    expect(claimedBy(await claimLong(1, 2, { client }))).toEqual([[1, job(1)]]);
    client.disconnect();
  });

  test.each([
    ['everything is paused', () => redis().set(keys.pauseAll, 'true')],
    ['a queue is paused', () => redis().sadd(keys.paused, 'other')],
    ['a process died of a job', () => redis().hset(keys.recovered, 'x', 1)],
  ])('while %s it is closed: it settles, and claims nothing', async (_, change) => {
    await bench.enqueue('q', job(1), job(2));
    await claimLong(1, 1);
    await change();
    expect(wayOf(await claimLong(2, 1, { done: [1] }))).toBe('closed');
    expect([await waiting(), await held(), await lists()]).toEqual([[job(2)], [], []]);
    expect(await processed()).toEqual(['1', '1']);
  });

  test.each(['sort', 'ltrim', 'lindex'])(
    'without the right to %s it is refused, and nothing is changed',
    async (name) => {
      const rules = ['on', '>secret', '~*', '+@all', `-${name}`];
      await redis().acl('SETUSER', 'poor', ...rules);
      const client = new Redis({ ...bench.server.connection, username: 'poor', password: 'secret' });
      await bench.enqueue('q', job(1));
      expect(wayOf(await claimLong(1, 2, { client, queues: [{ name: 'q', owed: true }] }))).toBe('refused');
      expect([await waiting(), await held(), await lists()]).toEqual([[job(1)], [], []]);
      // Whoever asks another way finds the token.
      expect(await redis().llen(keys.wakeQueue('q'))).toBe(1);
      client.disconnect();
    },
  );

  test('leaves the token that it owes where jobs are left, and none where there are none', async () => {
    const owed = [{ name: 'q', owed: true }];
    await bench.enqueue('q', job(1), job(2));
    await redis().del(keys.wakeQueue('q'));
    await claimLong(1, 1, { queues: owed });
    expect(await redis().llen(keys.wakeQueue('q'))).toBe(1);
    await redis().del(keys.wakeQueue('q'));
    await claimLong(2, 1, { queues: owed });
    expect(await redis().llen(keys.wakeQueue('q'))).toBe(0);
  });

  test('goes on in a full Redis', async () => {
    await bench.enqueue('q', job(1), job(2));
    await claimLong(1, 1);
    await redis().config('SET', 'maxmemory', '1');
    try {
      expect(claimedBy(await claimLong(2, 1, { done: [1] }))).toEqual([[2, job(2)]]);
      await runGiveBack(redis(), keys, 'L', [{ number: 2, queue: 'q' }]);
      expect([await waiting(), await lists()]).toEqual([[job(2)], []]);
    } finally {
      await redis().config('SET', 'maxmemory', '0');
    }
  });

  test('under a lease that was reaped nothing is claimed or settled', async () => {
    await bench.enqueue('q', job(1));
    await redis().zrem(keys.leases, 'L');
    expect(await claimLong(1, 1)).toEqual({ status: 'lost' });
    expect(await waiting()).toEqual([job(1)]);
  });
});

describe('settling', () => {
  test('counts by worker what is there still, and leaves no list; a second arrival counts nothing', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    await claimLong(1, 3);
    await claimLong(4, 0, { done: [1, 3] });
    await claimLong(4, 0, { done: [1, 3] });
    expect([await held(), await lists(), await processed()]).toEqual([['2'], listsOf(2), ['2', '2']]);
  });

  test('takes what was claimed with its payload in the record, too', async () => {
    await bench.enqueue('q', job(1), job(2));
    await bench.cycle('L', [], ['q'], { first: 1, wanted: 1, done: [] });
    await claimLong(2, 1);
    await claimLong(3, 0, { done: [1, 2] });
    expect([await held(), await lists(), await processed()]).toEqual([[], [], ['2', '2']]);
  });

  test('a counter of another type stops nobody', async () => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    await redis().rpush(keys.processed, 'odd');
    await claimLong(2, 0, { done: [1] });
    expect([await held(), await redis().get(keys.processedBy('h:1'))]).toEqual([[], '1']);
  });

  const failure: Outcome = {
    kind: 'failed',
    counted: { processed: 0, failed: 1 },
    failure: 'why',
    commands: [],
  };
  test.each([
    ['a failure', failure],
    ['a success', succeeded()],
  ])('%s goes by way of the record', async (_, outcome) => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    const reply = await settle({ number: 2, outcome, aheadClaim: 1 });
    expect(settlements(reply)).toEqual(['settled']);
    expect([await held(), await lists(), await redis().exists(record)]).toEqual([[], [], 0]);
    expect(await redis().lrange(keys.failed, 0, -1)).toEqual(outcome === failure ? ['why'] : []);
    expect(settlements(await settle({ number: 2, outcome, aheadClaim: 1 }))).toEqual(['settled']);
  });

  test('of one that Redis refuses the record tells the job', async () => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    await redis().set(keys.failed, 'no list');
    await settle({ number: 2, outcome: failure, aheadClaim: 1 });
    expect(await redis().get(record)).toBe(
      `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${job(1)}}`,
    );
    expect([await held(), await lists()]).toEqual([[], []]);
  });
});

describe('letting go', () => {
  test('gives back to the front of the queue, in order, byte for byte, and leaves no list', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    await claimLong(1, 2);
    const back = [1, 2].map((number) => ({ number, queue: 'q' }));
    expect(await runGiveBack(redis(), keys, 'L', back)).toMatchObject({ claims: ['returned', 'returned'] });
    expect([await waiting(), await held(), await lists()]).toEqual([[1, 2, 3].map(job), [], []]);
    expect(await runGiveBack(redis(), keys, 'L', back)).toMatchObject({ claims: ['gone', 'gone'] });
  });

  test('keeps what cannot go back', async () => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    await redis().set(keys.queue('q'), 'no list');
    expect(await runGiveBack(redis(), keys, 'L', [{ number: 1, queue: 'q' }])).toMatchObject({
      claims: ['refused'],
    });
    expect([await held(), await lists()]).toEqual([['1'], listsOf(1)]);
  });

  test('one whose list somebody deleted is gone, and holds up nobody', async () => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    await redis().del(`${ahead}:1`);
    expect(await runGiveBack(redis(), keys, 'L', [{ number: 1, queue: 'q' }])).toMatchObject({
      claims: ['gone'],
    });
    expect(await held()).toEqual([]);
  });

  test('a job that runs for a while stands in the record of its worker, whole', async () => {
    await bench.enqueue('q', job(1));
    await claimLong(1, 1);
    const named = { ...keys, lease: keys.lease('L'), ahead, record };
    const args = { id: 'L', worker: 'h:1:q', name: '"h:1"', claim: 1 };
    expect(await runScript(redis(), adopt, named, args)).toEqual({ status: 'adopted' });
    expect(await redis().get(record)).toBe(
      `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${job(1)}}`,
    );
    expect([await held(), await lists()]).toEqual([[], []]);
    expect(await runScript(redis(), adopt, named, args)).toEqual({ status: 'gone' });
    expect(settlements(await settle({ number: 2, outcome: succeeded(), aheadClaim: 1 }))).toEqual([
      'settled',
    ]);
  });
});
