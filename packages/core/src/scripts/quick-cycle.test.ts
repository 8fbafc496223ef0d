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

// cycle.test.ts holds both scripts against what a call must do; here is what tells the one from the other.
test('an ordinary call is one script', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', job, job);
  await bench.cycle('L', [{}]);
  const calls = await scriptsDuring(() => bench.cycle('L', [{ number: 2, outcome: succeeded() }]));
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
  await bench.cycle('L', [{}]);
  await happens();
  const settle = () => bench.cycle('L', [{ number: 2, wants: false, outcome: succeeded() }]);
  expect(await scriptsDuring(async () => expect(settlements(await settle())).toEqual(['settled']))).toBe(2);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
  expect(await bench.server.redis.exists(record)).toBe(0);
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

describe('a call that arrives again', () => {
  test('gives the claim of its first arrival, and counts once', async () => {
    await bench.register('L', ['h:1:q']);
    await bench.enqueue('q', 'a', 'b', 'c');
    await bench.cycle('L', [{}]);
    const again = () => bench.cycle('L', [{ number: 2, outcome: succeeded() }]);
    expect(claims(await again())).toEqual(['b']);
    const second = await again();
    expect(second).toMatchObject({ slots: [{ settlement: 'settled', claim: null }] });
    expect(second).toMatchObject({ slots: [{ record: expect.stringContaining('"payload":b}') as string }] });
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
    expect(claims(await bench.cycle('L', [{}]))).toEqual([long]);
    expect(await bench.server.redis.get(record)).toBe(
      `{"queue":"q","run_at":"now","worker":"h:1","lease":"L","claim":1,"payload":${long}}`,
    );
  },
);

test('a counter of another type stops nobody', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', 'a', 'b');
  await bench.cycle('L', [{}]);
  await bench.server.redis.set(keys.processedBy('h:1'), 'no number');
  const reply = await bench.cycle('L', [{ number: 2, outcome: succeeded() }]);
  expect(claims(reply)).toEqual(['b']);
  expect(await bench.server.redis.get(keys.processed)).toBe('1');
});

// V8 keeps such lists in its old memory until that is collected: with 64 kB in each, collecting took 40 % of a worker's time.
test('what is read of a reply is held by it no longer', () => {
  const reply = ['quick', '', 1, job, 0, ''];
  const decoded = quickCycle.decode(reply);
  expect(decoded).toMatchObject({ slots: [{ queueIndex: 0, payload: job }, { queueIndex: -1 }] });
  expect(reply).not.toContain(job);
});
