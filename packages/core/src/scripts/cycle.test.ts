import { describe, expect, test } from 'vitest';
import { succeeded, type Outcome } from './outcome.js';
import { claims, scriptBench, settlements } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const job = '{"class":"add","queue":"q","args":[1.0,12345678901234567890,[],"\\u003c"]}';
const other = '{"class":"add","queue":"q","args":[2]}';
const record = keys.record('h:1:q');
const failedOutcome: Outcome = {
  kind: 'failed',
  counted: { processed: 0, failed: 1 },
  failure: 'why',
  commands: [],
};

describe('claiming', () => {
  test("a claimed job is in the worker's record, byte for byte, and nowhere else", async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    expect(claims(await bench.cycle('L', [{}]))).toEqual([job]);
    expect(await bench.server.redis.get(record)).toBe(
      `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${job}}`,
    );
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(0);
  });

  test('slots take jobs from the queues in the order that the call lists them', async () => {
    await bench.register('L', ['h:1:q', 'h:2:q', 'h:3:q']);
    await bench.enqueue('low', 'l1');
    await bench.enqueue('high', 'h1');
    await bench.enqueue('high', 'h2');
    const slots = ['h:1:q', 'h:2:q', 'h:3:q'].map((workerId) => ({ workerId }));
    expect(claims(await bench.cycle('L', slots, ['high', 'low']))).toEqual(['h1', 'h2', 'l1']);
  });

  test('of many queues, most of them empty, the first ones in the list are served', async () => {
    await bench.register('L', ['h:1:q', 'h:2:q', 'h:3:q']);
    const many = Array.from({ length: 40 }, (_, index) => `many-${index}`);
    await bench.enqueue('many-39', 'last');
    await bench.enqueue('many-32', 'c');
    await bench.enqueue('many-15', 'a');
    await bench.enqueue('many-16', 'b');
    const slots = ['h:1:q', 'h:2:q', 'h:3:q'].map((workerId) => ({ workerId }));
    const reply = await bench.cycle('L', slots, many);
    expect(claims(reply)).toEqual(['a', 'b', 'c']);
    expect(reply).toMatchObject({ slots: [15, 16, 32].map((queueIndex) => ({ claim: { queueIndex } })) });
    expect(await bench.server.redis.llen(keys.queue('many-39'))).toBe(1);
  });

  test('the record names a queue in JSON, whatever its name holds', async () => {
    await bench.register('L', ['h:1:q']);
    const name = 'a "b" \\ c\n\t\b\f\r\u0001\u001f\u007f é 😀 \u2028';
    await bench.enqueue(name, job);
    await bench.cycle('L', [{}], [name]);
    const text = await bench.server.redis.get(record);
    expect(text).toContain(`{"queue":${JSON.stringify(name)},"run_at"`);
  });

  test('a queue of the wrong type is named, and the others are worked', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.server.redis.set(keys.queue('odd'), 'text');
    await bench.enqueue('q', job);
    const reply = await bench.cycle('L', [{}], ['odd', 'q']);
    expect(reply).toMatchObject({ brokenQueues: ['odd'] });
    expect(claims(reply)).toEqual([job]);
  });

  test('nothing is claimed while the fleet or the queue is paused', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.server.redis.set(keys.pauseAll, ' True\n');
    expect(claims(await bench.cycle('L', [{}]))).toEqual([null]);
    await bench.server.redis.del(keys.pauseAll);
    await bench.server.redis.sadd(keys.paused, 'q');
    expect(claims(await bench.cycle('L', [{ number: 2 }]))).toEqual([null]);
    await bench.server.redis.srem(keys.paused, 'q');
    expect(claims(await bench.cycle('L', [{ number: 3 }]))).toEqual([job]);
  });

  test('a record of another process under the same worker id is never overwritten', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.server.redis.set(
      record,
      `{"queue":"q","worker":"h:1","lease":"other","claim":1,"payload":${job}}`,
    );
    await bench.enqueue('q', other);
    const reply = await bench.cycle('L', [{}]);
    expect(settlements(reply)).toEqual(['taken']);
    expect(await bench.server.redis.get(record)).toContain('"lease":"other"');
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
  });
});

describe('settling', () => {
  test('a settled slot counts, frees its record and takes the next job in one call', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other);
    await bench.cycle('L', [{}]);
    const reply = await bench.cycle('L', [{ number: 2, outcome: succeeded() }]);
    expect([settlements(reply), claims(reply)]).toEqual([['settled'], [other]]);
    await bench.cycle('L', [{ number: 3, outcome: failedOutcome, wants: false }]);
    expect(await bench.server.redis.exists(record)).toBe(0);
    expect(
      await bench.server.redis.mget(
        keys.processed,
        keys.processedBy('h:1'),
        keys.failures,
        keys.failuresBy('h:1'),
      ),
    ).toEqual(['1', '1', '1', '1']);
    expect(await bench.server.redis.lrange(keys.failed, 0, -1)).toEqual(['why']);
  });

  test('a job can go back to the front or the end of its queue, or be delayed', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other);
    const move = async (
      number: number,
      destination: NonNullable<Outcome['move']>['destination'],
    ): Promise<void> => {
      await bench.cycle('L', [{ number }]);
      const outcome: Outcome = {
        kind: 'requeued',
        counted: { processed: 0, failed: 0 },
        move: { payload: job, destination },
        commands: [],
      };
      await bench.cycle('L', [{ number: number + 1, wants: false, outcome }]);
    };
    await move(1, { to: 'front', queue: 'q' });
    expect(await bench.server.redis.lrange(keys.queue('q'), 0, -1)).toEqual([job, other]);
    await move(3, { to: 'back', queue: 'q' });
    expect(await bench.server.redis.lrange(keys.queue('q'), 0, -1)).toEqual([other, job]);
    await bench.server.redis.lpop(keys.queue('q'));
    await move(5, { to: 'delayed', second: 7, dueMs: 6_600 });
    expect(await bench.server.redis.lrange(keys.bucket(7), 0, -1)).toEqual([job]);
    expect(await bench.server.redis.smembers(keys.timestamps(job))).toEqual(['delayed:7']);
    expect(await bench.server.redis.zscore(keys.schedule, '7')).toBe('7');
    expect(await bench.server.redis.zscore(keys.due, `7:${job}`)).toBe('6600');
  });

  test("a plugin's command commits with the settlement; one that fails leaves the claim held and tells why", async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.server.redis.set('mine', '1');
    await bench.cycle('L', [{}]);
    const bad = succeeded([{ command: 'lpush', keys: ['mine'], args: ['x'] }]);
    const refused = await bench.cycle('L', [{ number: 2, wants: false, outcome: bad }]);
    expect(refused).toMatchObject({
      slots: [{ settlement: 'refused', reason: expect.stringContaining('WRONGTYPE') }],
    });
    expect(await bench.server.redis.exists(record)).toBe(1);
    const good = succeeded([{ command: 'del', keys: ['mine'], args: [] }]);
    expect(settlements(await bench.cycle('L', [{ number: 3, wants: false, outcome: good }]))).toEqual([
      'settled',
    ]);
    expect(await bench.server.redis.exists('mine', record)).toBe(0);
  });

  test('a full Redis can be drained and its failures recorded', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other);
    await bench.server.redis.config('SET', 'maxmemory', '1');
    try {
      await expect(bench.enqueue('q', job)).rejects.toThrow('OOM');
      expect(claims(await bench.cycle('L', [{}]))).toEqual([job]);
      expect(claims(await bench.cycle('L', [{ number: 2, outcome: failedOutcome }]))).toEqual([other]);
      expect(await bench.server.redis.llen(keys.failed)).toBe(1);
    } finally {
      await bench.server.redis.config('SET', 'maxmemory', '0');
    }
  });
});

describe('fencing', () => {
  test('a process whose lease was reaped settles nothing', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.cycle('L', [{}]);
    await bench.server.redis.zrem(keys.leases, 'L');
    expect(await bench.cycle('L', [{ number: 2, outcome: succeeded() }])).toEqual({ status: 'lost' });
    expect(await bench.server.redis.get(keys.processed)).toBeNull();
  });

  test.each([
    [
      "Ruby's prune deleted the record",
      () => bench.server.redis.multi().del(record).srem(keys.workers, 'h:1:q').exec(),
    ],
    [
      "node-resque's forceCleanWorker took the worker off the list",
      () => bench.server.redis.srem(keys.workers, 'h:1:q'),
    ],
    [
      'our forceCleanWorker removed the worker from its lease',
      () => bench.server.redis.multi().del(record).hdel(keys.lease('L'), 'h:1:q').exec(),
    ],
  ])('a claim that was taken away settles nothing: %s', async (_, takeAway) => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.cycle('L', [{}]);
    await takeAway();
    expect(settlements(await bench.cycle('L', [{ number: 2, outcome: succeeded() }]))).toEqual(['lost']);
    expect(await bench.server.redis.get(keys.processed)).toBeNull();
    expect(await bench.server.redis.exists(record)).toBe(0);
  });
});

describe('sent again', () => {
  test('the same call settles once and answers with the claim it made', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other, job);
    await bench.cycle('L', [{}]);
    const call = { number: 2, outcome: failedOutcome };
    await bench.cycle('L', [call]);
    const again = await bench.cycle('L', [call]);
    expect(again).toMatchObject({
      slots: [
        {
          settlement: 'settled',
          claim: null,
          record: expect.stringContaining(`"claim":2,"payload":${other}}`),
        },
      ],
    });
    expect(await bench.server.redis.llen(keys.failed)).toBe(1);
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
  });

  test('a call that arrives late, after a newer one, changes nothing', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.cycle('L', [{ number: 1 }]);
    await bench.cycle('L', [{ number: 2 }]);
    await bench.enqueue('q', job);
    expect(claims(await bench.cycle('L', [{ number: 1 }]))).toEqual([null]);
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
  });

  test('a slot that forgot its claim gets it back instead of a second job', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other);
    await bench.cycle('L', [{ number: 1 }]);
    expect(await bench.cycle('L', [{ number: 2 }])).toMatchObject({
      slots: [{ claim: null, record: expect.stringContaining('"claim":1,') }],
    });
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
  });
});

describe('waking', () => {
  const token = (): Promise<number> => bench.server.redis.llen(keys.wakeQueue('q'));

  test('jobs left over renew the token that the process took', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, other);
    await bench.server.redis.del(keys.wakeQueue('q'));
    await bench.cycle('L', [{}], [{ name: 'q', owed: true }]);
    expect(await token()).toBe(1);
  });

  test('of several queues, each whose token was taken has it renewed, and no other', async () => {
    await bench.register('L', []);
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      await bench.enqueue(name, job);
      await bench.server.redis.del(keys.wakeQueue(name));
    }
    const owed = ['b', 'd'];
    await bench.cycle(
      'L',
      [],
      names.map((name) => ({ name, owed: owed.includes(name) })),
    );
    const counts = names.map((name) => bench.server.redis.llen(keys.wakeQueue(name)));
    expect(await Promise.all(counts)).toEqual([0, 1, 0, 1, 0]);
  });

  test('an emptied queue needs no token', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.server.redis.del(keys.wakeQueue('q'));
    await bench.cycle('L', [{}], [{ name: 'q', owed: true }]);
    expect(await token()).toBe(0);
  });

  test('a process without a free slot passes its token on', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.server.redis.del(keys.wakeQueue('q'));
    await bench.cycle('L', [], [{ name: 'q', owed: true }]);
    expect(await token()).toBe(1);
  });
});
