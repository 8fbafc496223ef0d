import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { adopt } from './adopt.js';
import type { CycleReply } from './cycle.js';
import { runGiveBack } from './give-back.js';
import { succeeded, type Outcome } from './outcome.js';
import { runScript } from './run-script.js';
import { claims, scriptBench, settlements } from './script-bench.test-kit.js';
import { unregister } from './unregister.js';

const bench = scriptBench();
const { keys } = bench;
const job = (number: number): string => `{"class":"add","queue":"q","args":[${number}.0,"\\u003c",[]]}`;
const ahead = keys.leaseAhead('L');
const record = keys.record('h:1:q');
const redis = (): typeof bench.server.redis => bench.server.redis;

const waiting = (queue = 'q'): Promise<string[]> => redis().lrange(keys.queue(queue), 0, -1);
const held = async (): Promise<string[]> => (await redis().hkeys(ahead)).filter((field) => field !== 'last');
const processed = (): Promise<(string | null)[]> => redis().mget(keys.processed, keys.processedBy('h:1'));

/** Claims ahead from `first` on; settles what is given as done. */
const claimAhead = (
  first: number,
  wanted: number,
  { done = [], queues = ['q'] }: { done?: number[]; queues?: string[] } = {},
): Promise<CycleReply> =>
  bench.cycle('L', [], queues, {
    first,
    wanted,
    done: done.length > 0 ? [{ countedAs: 'h:1', claims: done }] : [],
  });
const fresh = (reply: CycleReply): string[] =>
  reply.status === 'lost' ? ['lost'] : reply.ahead.fresh.flatMap(({ payloads }) => payloads);
const runAdopt = async (claim: number, worker = 'h:1:q'): Promise<string> => {
  const named = { ...keys, lease: keys.lease('L'), ahead, record: keys.record(worker) };
  return (await runScript(redis(), adopt, named, { id: 'L', worker, name: '"h:1"', claim })).status;
};

beforeEach(async () => {
  await bench.register('L', ['h:1:q']);
});

describe('claiming ahead', () => {
  test('holds the jobs under the lease, byte for byte, behind those for the slots', async () => {
    await bench.enqueue('q', job(1), job(2), job(3), job(4));
    const reply = await bench.cycle('L', [{ number: 7 }], ['q'], { first: 8, wanted: 2, done: [] });
    expect([claims(reply), fresh(reply)]).toEqual([[job(1)], [job(2), job(3)]]);
    expect(await redis().hgetall(ahead)).toEqual({
      last: '9',
      8: `{"queue":"q","run_at":"now","lease":"L","claim":8,"payload":${job(2)}}`,
      9: `{"queue":"q","run_at":"now","lease":"L","claim":9,"payload":${job(3)}}`,
    });
    expect(await waiting()).toEqual([job(4)]);
  });

  test('takes from the queues in their order and tells from which', async () => {
    await bench.enqueue('low', 'l1', 'l2');
    await bench.enqueue('high', 'h1');
    expect(await claimAhead(1, 2, { queues: ['high', 'low'] })).toMatchObject({
      ahead: {
        fresh: [
          { queueIndex: 0, payloads: ['h1'] },
          { queueIndex: 1, payloads: ['l1'] },
        ],
      },
    });
    expect(await waiting('low')).toEqual(['l2']);
  });

  test('ends at a job whose process died: that one and those behind it stay for slots of their own', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    await redis().hset(keys.recovered, createHash('sha1').update(job(2)).digest('hex'), 1);
    const reply = await claimAhead(1, 3);
    expect(reply).toMatchObject({ ahead: { isBarred: true } });
    expect(fresh(reply)).toEqual([job(1)]);
    expect(await waiting()).toEqual([job(2), job(3)]);
    expect(claims(await bench.cycle('L', [{ number: 9 }]))).toEqual([job(2)]);
  });

  test('claims nothing of a paused queue', async () => {
    await bench.enqueue('q', job(1));
    await redis().sadd(keys.paused, 'q');
    expect(fresh(await claimAhead(1, 3))).toEqual([]);
  });

  test('goes on in a full Redis', async () => {
    await bench.enqueue('q', job(1), job(2));
    await claimAhead(1, 1);
    await redis().config('SET', 'maxmemory', '1');
    try {
      expect(fresh(await claimAhead(2, 1, { done: [1] }))).toEqual([job(2)]);
      await runGiveBack(redis(), keys, 'L', [{ number: 2, queue: 'q' }]);
      expect(await waiting()).toEqual([job(2)]);
    } finally {
      await redis().config('SET', 'maxmemory', '0');
    }
  });
});

describe('settling what was claimed ahead', () => {
  test('counts the plain successes by worker, however many a call', async () => {
    await bench.enqueue('q', job(1), job(2), job(3));
    await claimAhead(1, 3);
    await claimAhead(4, 0, { done: [1, 2] });
    expect([await held(), await processed()]).toEqual([['3'], ['2', '2']]);
  });

  const failure: Outcome = {
    kind: 'failed',
    counted: { processed: 0, failed: 1 },
    failure: 'why',
    commands: [],
  };

  test('with any other outcome goes through the worker, and can claim the next job', async () => {
    await bench.enqueue('q', job(1), job(2));
    await claimAhead(1, 1);
    const slot = { number: 2, outcome: failure, aheadClaim: 1 };
    const reply = await bench.cycle('L', [slot]);
    expect([settlements(reply), claims(reply)]).toEqual([['settled'], [job(2)]]);
    expect([await redis().lrange(keys.failed, 0, -1), await held()]).toEqual([['why'], []]);
    expect(settlements(await bench.cycle('L', [slot]))).toEqual(['settled']);
    expect(await redis().llen(keys.failed)).toBe(1);
  });

  test('refused, leaves the job in the hands of the worker', async () => {
    await bench.enqueue('q', job(1));
    await redis().set('mine', '1');
    await claimAhead(1, 1);
    const bad = succeeded([{ command: 'lpush', keys: ['mine'], args: ['x'] }]);
    const reply = await bench.cycle('L', [{ number: 2, wants: false, outcome: bad, aheadClaim: 1 }]);
    expect(settlements(reply)).toEqual(['refused']);
    expect(await redis().get(record)).toBe(
      `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${job(1)}}`,
    );
    const again = { number: 3, wants: false, outcome: failure, aheadClaim: 1 };
    expect(settlements(await bench.cycle('L', [again]))).toEqual(['settled']);
    expect(await redis().exists(record)).toBe(0);
  });

  test('is lost for a worker that was cleaned away: the job stays under the lease', async () => {
    await bench.enqueue('q', job(1));
    await claimAhead(1, 1);
    await redis().srem(keys.workers, 'h:1:q');
    const slot = { number: 2, wants: false, outcome: failure, aheadClaim: 1 };
    expect(settlements(await bench.cycle('L', [slot]))).toEqual(['lost']);
    expect(await held()).toEqual(['1']);
  });
});

describe('giving back', () => {
  test('puts them to the front in their order, byte for byte, with a token; what is settled stays settled', async () => {
    await bench.enqueue('q', job(1), job(2), job(3), job(4));
    await claimAhead(1, 3);
    await claimAhead(4, 0, { done: [1] });
    await redis().del(keys.wakeQueue('q'));
    const back = [1, 2, 3].map((number) => ({ number, queue: 'q' }));
    expect(await runGiveBack(redis(), keys, 'L', back)).toEqual({
      status: 'returned',
      claims: ['gone', 'returned', 'returned'],
    });
    expect(await waiting()).toEqual([job(2), job(3), job(4)]);
    expect([await held(), await redis().llen(keys.wakeQueue('q'))]).toEqual([[], 1]);
    await runGiveBack(redis(), keys, 'L', back);
    expect(await waiting()).toHaveLength(3);
  });

  test('is refused where the queue is no list any more, and the job is held still', async () => {
    await bench.enqueue('q', job(1));
    await claimAhead(1, 1);
    await redis().set(keys.queue('q'), 'text');
    expect(await runGiveBack(redis(), keys, 'L', [{ number: 1, queue: 'q' }])).toMatchObject({
      claims: ['refused'],
    });
    expect(await held()).toEqual(['1']);
  });
});

describe('adopting', () => {
  test("moves a claim into its worker's record", async () => {
    await bench.enqueue('q', job(1));
    await claimAhead(1, 1);
    expect([await runAdopt(1), await runAdopt(1)]).toEqual(['adopted', 'gone']);
    expect(await held()).toEqual([]);
    const slot = { number: 2, wants: false, outcome: succeeded(), aheadClaim: 1 };
    expect(settlements(await bench.cycle('L', [slot]))).toEqual(['settled']);
    expect([await redis().exists(record), await processed()]).toEqual([0, ['1', '1']]);
  });

  test('never overwrites a record, and never gives one to a worker that is off the list', async () => {
    await bench.enqueue('q', job(1));
    await claimAhead(1, 1);
    await redis().set(record, 'somebody');
    expect(await runAdopt(1)).toBe('gone');
    expect(await runAdopt(1, 'h:2:q')).toBe('gone');
    expect([await redis().get(record), await held()]).toEqual(['somebody', ['1']]);
  });
});

describe('fenced and sent again', () => {
  test('nothing of it happens once the lease was reaped', async () => {
    await bench.enqueue('q', job(1));
    await claimAhead(1, 1);
    await redis().zrem(keys.leases, 'L');
    expect(await claimAhead(2, 1, { done: [1] })).toEqual({ status: 'lost' });
    expect(await runGiveBack(redis(), keys, 'L', [{ number: 1, queue: 'q' }])).toEqual({ status: 'lost' });
    expect([await runAdopt(1), await held(), await processed()]).toEqual(['lost', ['1'], [null, null]]);
  });

  test('the same call claims and counts once, and answers with what it claimed and is still held', async () => {
    await bench.enqueue('q', job(1), job(2), job(3), job(4), job(5));
    await claimAhead(1, 1);
    await claimAhead(2, 3, { done: [1] });
    await claimAhead(5, 0, { done: [2] });
    const again = await claimAhead(2, 3, { done: [1] });
    expect(again).toMatchObject({
      ahead: {
        fresh: [],
        records: [expect.stringContaining('"claim":3,'), expect.stringContaining('"claim":4,')],
      },
    });
    expect([await processed(), await waiting()]).toEqual([['2', '2'], [job(5)]]);
  });

  test('a call that found nothing claims nothing when a copy of it comes late', async () => {
    await claimAhead(1, 3);
    await bench.enqueue('q', job(1));
    expect(await claimAhead(1, 3)).toMatchObject({ ahead: { fresh: [], records: [] } });
    expect(await waiting()).toEqual([job(1)]);
  });
});

test('the last worker to leave leaves no trace of it, and never with jobs still held', async () => {
  await bench.enqueue('q', job(1));
  await claimAhead(1, 2);
  const own = [
    record,
    keys.started('h:1:q'),
    keys.ping('h:1'),
    keys.processedBy('h:1'),
    keys.failuresBy('h:1'),
  ];
  const leave = async (): Promise<void> => {
    await runScript(
      redis(),
      unregister,
      { ...keys, lease: keys.lease('L'), ahead },
      { id: 'L' },
      { keys: own, args: ['h:1:q'] },
    );
  };
  await leave();
  expect(await redis().exists(keys.leases, ahead)).toBe(2);
  await bench.register('L', ['h:1:q']);
  await claimAhead(3, 0, { done: [1] });
  await leave();
  expect(await redis().exists(keys.leases, ahead, keys.lease('L'))).toBe(0);
});
