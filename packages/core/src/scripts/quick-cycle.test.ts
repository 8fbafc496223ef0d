import { describe, expect, test } from 'vitest';
import { succeeded } from './outcome.js';
import { quickCycle } from './quick-cycle.js';
import { claims, scriptBench, settlements } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const job = '{"class":"add","queue":"q","args":[1.0,[],"\\u003c"]}';
const record = keys.record('h:1:q');

/** How often a script was run, by its SHA: which of the two carried a call out. */
async function scriptsDuring(work: () => Promise<unknown>): Promise<number> {
  await bench.server.redis.config('RESETSTAT');
  await work();
  const stats = await bench.server.redis.info('commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

// cycle.test.ts holds all scripts against what a call must do; here is what tells the short ones from the full one. A call of
// one slot and one queue goes by `loneCycle`.
describe.each([
  ['loneCycle', ['q']],
  ['quickCycle', ['q', 'p']],
])('%s', (_script, queues) => {
  test('an ordinary call is one script', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job, job);
    await bench.cycle('L', [{}], queues);
    const calls = await scriptsDuring(() => bench.cycle('L', [{ number: 2, outcome: succeeded() }], queues));
    expect(calls).toBe(1);
    expect(await bench.server.redis.get(keys.processed)).toBe('1');
  });

  test.each([
    ['the fleet is paused', () => bench.server.redis.set(keys.pauseAll, 'true')],
    ['a queue is paused', () => bench.server.redis.sadd(keys.paused, 'other')],
    ['a process died of some job', () => bench.server.redis.hset(keys.recovered, 'sha', 1)],
  ])('where %s, the full script settles, and nothing was changed before', async (_, happens) => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', job);
    await bench.cycle('L', [{}], queues);
    await happens();
    const settle = () => bench.cycle('L', [{ number: 2, wants: false, outcome: succeeded() }], queues);
    expect(await scriptsDuring(async () => expect(settlements(await settle())).toEqual(['settled']))).toBe(2);
    expect(await bench.server.redis.get(keys.processed)).toBe('1');
    expect(await bench.server.redis.exists(record)).toBe(0);
  });

  describe('a call that arrives again', () => {
    test('gives the claim of its first arrival, and counts once', async () => {
      await bench.register('L', ['h:1:q']);
      await bench.enqueue('q', 'a', 'b', 'c');
      await bench.cycle('L', [{}], queues);
      const again = () => bench.cycle('L', [{ number: 2, outcome: succeeded() }], queues);
      expect(claims(await again())).toEqual(['b']);
      const second = await again();
      expect(second).toMatchObject({ slots: [{ settlement: 'settled', claim: null }] });
      expect(second).toMatchObject({
        slots: [{ record: expect.stringContaining('"payload":b}') as string }],
      });
      expect(await bench.server.redis.get(keys.processed)).toBe('1');
      expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
    });
  });

  test.each([4_095, 4_096, 200_000])(
    'a payload of %i bytes is in the record, byte for byte',
    async (length) => {
      await bench.register('L', ['h:1:q']);
      const long = `{"args":["${'é'.repeat(length).slice(0, (length - 11) / 2)}"]}`.padEnd(length, ' ');
      await bench.enqueue('q', long);
      expect(claims(await bench.cycle('L', [{}], queues))).toEqual([long]);
      expect(await bench.server.redis.get(record)).toBe(
        `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${long}}`,
      );
    },
  );

  test('a counter of another type stops nobody', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', 'a', 'b');
    await bench.cycle('L', [{}], queues);
    await bench.server.redis.set(keys.processedBy('h:1'), 'no number');
    const reply = await bench.cycle('L', [{ number: 2, outcome: succeeded() }], queues);
    expect(claims(reply)).toEqual(['b']);
    expect(await bench.server.redis.get(keys.processed)).toBe('1');
  });

  test('a lease that was reaped settles nothing, and neither does a call that came too late', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', 'a', 'b');
    await bench.cycle('L', [{ number: 2 }], queues);
    const settle = (number: number) =>
      bench.cycle('L', [{ number, wants: false, outcome: succeeded() }], queues);
    await settle(1);
    expect(await bench.server.redis.get(record)).toContain('"payload":a}');
    await bench.server.redis.zrem(keys.leases, 'L');
    expect(await settle(3)).toEqual({ status: 'lost' });
    expect(await bench.server.redis.get(keys.processed)).toBeNull();
    expect(await bench.server.redis.get(record)).toContain('"payload":a}');
  });

  test('a switch that is set does not stand in for a record that is missing', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', 'a', 'b');
    await bench.cycle('L', [{}], queues);
    await bench.server.redis.multi().del(record).set(keys.pauseAll, 'false').exec();
    const reply = await bench.cycle('L', [{ number: 2, outcome: succeeded() }], queues);
    expect(settlements(reply)).toEqual(['lost']);
    expect(await bench.server.redis.get(keys.processed)).toBeNull();
  });

  test('a worker that was taken off the list claims nothing', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', 'a');
    await bench.server.redis.srem(keys.workers, 'h:1:q');
    expect(claims(await bench.cycle('L', [{}], queues))).toEqual([null]);
    expect(await bench.server.redis.llen(keys.queue('q'))).toBe(1);
  });

  test.each([
    [['a', 'b'], 1],
    [['a'], 0],
  ])('of a queue that holds %j, a token that is owed is left %i times', async (payloads, tokens) => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', ...payloads);
    await bench.server.redis.del(keys.wakeQueue('q'));
    const owed = queues.map((name) => ({ name, owed: true }));
    expect(claims(await bench.cycle('L', [{}], owed))).toEqual(['a']);
    expect(await bench.server.redis.llen(keys.wakeQueue('q'))).toBe(tokens);
  });

  test('a queue that is no list is told, and claims nothing', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.server.redis.set(keys.queue('q'), 'no list');
    const reply = await bench.cycle('L', [{}], queues);
    expect(reply).toMatchObject({ brokenQueues: ['q'] });
    expect(claims(reply)).toEqual([null]);
  });
});

test('a slot whose record is not as foreseen leaves the whole call to the full script', async () => {
  await bench.register('L', ['h:1:q', 'h:2:q']);
  await bench.enqueue('q', 'a', 'b', 'c');
  await bench.cycle('L', [{}, { workerId: 'h:2:q', number: 2 }]);
  // Taken away by somebody.
  await bench.server.redis.del(keys.record('h:2:q'));
  const outcome = succeeded();
  const reply = await bench.cycle('L', [
    { number: 3, outcome },
    { workerId: 'h:2:q', number: 4, outcome },
  ]);
  expect(settlements(reply)).toEqual(['settled', 'lost']);
  expect(claims(reply)).toEqual(['c', null]);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
});

// V8 keeps such lists in its old memory until that is collected: with 64 kB in each, collecting took 40 % of a worker's time.
test('what is read of a reply is held by it no longer', () => {
  const reply = ['quick', '', 1, job, 0, ''];
  const decoded = quickCycle.decode(reply);
  expect(decoded).toMatchObject({ slots: [{ queueIndex: 0, payload: job }, { queueIndex: -1 }] });
  expect(reply).not.toContain(job);
});
