import { Plugin } from '@reskue/core';
import { enqueue, enqueueOne } from '@reskue/core/protocol';
import { expect, test, vi } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';
import { Queue } from '../queue.js';
import { StayAwake } from './stay-awake.js';

const bench = queueBench();
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
const argsIn = async (queue: Queue, name: string) =>
  (await queue.queued(name, 0, -1)).map(({ args }) => args[0] as number);

test('what is enqueued in one turn goes in one step per queue, in the order of the calls', async () => {
  const queue = await bench.queue();
  await queue.enqueue('warm', 'up');
  const calls = await bench.calls('evalsha', async () => {
    const answers = numbers(300).map((at) => queue.enqueue(at % 3 === 0 ? 'a' : 'b', 'job', [at]));
    expect(new Set(await Promise.all(answers))).toEqual(new Set([true]));
  });
  expect(calls).toBe(2);
  expect(await argsIn(queue, 'a')).toEqual(numbers(300).filter((at) => at % 3 === 0));
  expect(await argsIn(queue, 'b')).toEqual(numbers(300).filter((at) => at % 3 !== 0));
});

test('loops that were answered together ask together again', async () => {
  const queue = await bench.queue();
  await queue.enqueue('warm', 'up');
  const loop = async (from: number) => {
    for (let at = 0; at < 10; at += 1) await queue.enqueue('q', 'job', [from * 10 + at]);
  };
  const calls = await bench.calls('evalsha', () => Promise.all(numbers(50).map(loop)));
  expect(calls).toBe(10);
  expect((await argsIn(queue, 'q')).sort((one, other) => one - other)).toEqual(numbers(500));
});

test('what comes one by one goes at once; others that come beside it are gathered, in order', async () => {
  const queue = await bench.queue();
  for (const at of numbers(20)) await queue.enqueue('q', 'job', [at]);
  const burst = (from: number) => () =>
    Promise.all(numbers(50).map((at) => queue.enqueue('q', 'job', [from + at])));
  expect(await bench.calls('evalsha', burst(20))).toBe(2);
  // Who sends many at once is not taken for somebody who sends one by one.
  expect(await bench.calls('evalsha', burst(70))).toBe(1);
  expect(await argsIn(queue, 'q')).toEqual(numbers(120));
});

test('the thread stays awake for what goes alone, until it is answered or refused, and for nothing else', async () => {
  const told: string[] = [];
  const begin = vi.spyOn(StayAwake.prototype, 'begin').mockImplementation(() => void told.push('begin'));
  const end = vi.spyOn(StayAwake.prototype, 'end').mockImplementation(() => void told.push('end'));
  const queue = await bench.queue();
  await bench.server.redis.set('resque:queue:bad', 'no list');
  for (const at of numbers(8)) await queue.enqueue('q', 'job', [at]);
  expect(told).toEqual([]);
  await queue.enqueue('q', 'job', [8]);
  expect(told).toEqual(['begin', 'end']);
  await expect(queue.enqueue('bad', 'job', [0])).rejects.toThrow('WRONGTYPE');
  expect(told).toEqual(['begin', 'end', 'begin', 'end']);
  await Promise.all(numbers(10).map((at) => queue.enqueue('q', 'job', [9 + at])));
  await queue.enqueueBulk([{ queue: 'q', class: 'job' }]);
  // The first of those that came together could not be told from one that comes alone.
  expect(told).toEqual(Array.from({ length: 3 }, () => ['begin', 'end']).flat());
  begin.mockRestore();
  end.mockRestore();
});

test('a job that goes at once and is refused leaves nothing behind, and the next goes on', async () => {
  const queue = await bench.queue();
  for (const at of numbers(20)) await queue.enqueue('q', 'job', [at]);
  await bench.server.redis.set('resque:queue:bad', 'no list');
  await expect(queue.enqueue('bad', 'job', [0])).rejects.toThrow('WRONGTYPE');
  await expect(queue.enqueue('q', 'job', [() => 0])).rejects.toMatchObject({ code: 'RESKUE_ARGS_NOT_JSON' });
  await queue.enqueue('q', 'job', [20]);
  expect(await argsIn(queue, 'q')).toEqual(numbers(21));
});

test('once Redis has taken it up, the shorter script stores what comes one by one, but for each 64th', async () => {
  const queue = await bench.queue();
  await queue.enqueue('q', 'job', [0]);
  // Shown beside this one.
  await queue.enqueue('q', 'job', [1]);
  const monitor = await bench.server.redis.monitor();
  const sent: string[] = [];
  monitor.on('monitor', (_: string, [name = '', sha = '']: string[]) => {
    if (name === 'evalsha') sent.push(sha);
  });
  for (const at of numbers(130).slice(2)) await queue.enqueue('q', 'job', [at]);
  await expect.poll(() => sent.length).toBe(128);
  monitor.disconnect();
  const regular = numbers(130)
    .slice(2)
    .map((call) => (call % 64 === 0 ? enqueue.sha : enqueueOne.sha));
  expect(sent).toEqual(regular);
  expect(await argsIn(queue, 'q')).toEqual(numbers(130));
});

test('a user to whom Redis does not let it show the shorter script goes on with the other one', async () => {
  const other = await bench.queue();
  await other.enqueue('q', 'job', [0]);
  await bench.server.redis.call('ACL', 'SETUSER', 'few', 'on', '>secret', '~*', '&*', '+@all', '-eval');
  const client = bench.server.redis.duplicate({ username: 'few', password: 'secret' });
  const queue = await bench.queue({}, { connection: { redis: client } });
  await bench.server.redis.call('ACL', 'LOG', 'RESET');
  for (const at of numbers(20).slice(1)) await queue.enqueue('q', 'job', [at]);
  expect(await argsIn(queue, 'q')).toEqual(numbers(20));
  // It was tried, once.
  const log = (await bench.server.redis.call('ACL', 'LOG')) as unknown[][];
  expect(log).toHaveLength(1);
  expect(log[0]).toEqual(expect.arrayContaining(['eval']));
  client.disconnect();
  await bench.server.redis.call('ACL', 'DELUSER', 'few');
});

test('a step has 1,000 jobs at most, and big ones go nearly alone where they pass through Lua', async () => {
  const queue = await bench.queue({}, { connection: { redis: bench.server.client() } });
  await queue.enqueue('warm', 'up');
  const many = () => Promise.all(numbers(2_500).map((at) => queue.enqueue('q', 'job', [at])));
  expect(await bench.calls('evalsha', many)).toBe(3);
  expect(await argsIn(queue, 'q')).toEqual(numbers(2_500));
  const big = () => Promise.all(numbers(4).map(() => queue.enqueue('big', 'job', ['x'.repeat(100_000)])));
  expect(await bench.calls('evalsha', big)).toBe(4);
});

test('each caller hears of its own job: one queue refuses, another does not, and what is no JSON is not sent', async () => {
  const queue = await bench.queue();
  await bench.server.redis.set('resque:queue:bad', 'no list');
  const [good, bad, alike, odd] = await Promise.allSettled([
    queue.enqueue('good', 'job', [1]),
    queue.enqueue('bad', 'job', [2]),
    queue.enqueue('bad', 'job', [3]),
    queue.enqueue('good', 'job', [() => 4]),
  ]);
  expect(good).toEqual({ status: 'fulfilled', value: true });
  for (const end of [bad, alike])
    expect(end).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringMatching(/WRONGTYPE/) as string },
    });
  expect(odd).toMatchObject({ status: 'rejected', reason: { code: 'RESKUE_ARGS_NOT_JSON' } });
  expect(await argsIn(queue, 'good')).toEqual([1]);
});

test('jobs with hooks are gathered, too, after their hooks', async () => {
  class Odd extends Plugin {
    override async beforeEnqueue() {
      await Promise.resolve();
      return this.args[0] % 2 === 1;
    }
  }
  const queue = await bench.queue({ odd: { plugins: [Odd], perform: () => 0 } });
  await queue.enqueue('warm', 'up');
  const calls = await bench.calls('evalsha', async () => {
    const answers = await Promise.all(numbers(10).map((at) => queue.enqueue('q', 'odd', [at])));
    expect(answers).toEqual(numbers(10).map((at) => at % 2 === 1));
  });
  expect(calls).toBe(1);
  expect(await argsIn(queue, 'q')).toEqual([1, 3, 5, 7, 9]);
});

test('a bulk comes behind what was enqueued before it in the same turn', async () => {
  const queue = await bench.queue();
  const one = queue.enqueue('q', 'job', [0]);
  const bulk = queue.enqueueBulk([1, 2].map((at) => ({ queue: 'q', class: 'job', args: [at] })));
  const last = queue.enqueue('q', 'job', [3]);
  await Promise.all([one, bulk, last]);
  expect(await argsIn(queue, 'q')).toEqual([0, 1, 2, 3]);
});

test('what is enqueued right before end() was sent by then', async () => {
  const client = bench.server.client();
  const queue = new Queue({ connection: { redis: client } });
  await queue.connect();
  const enqueueing = queue.enqueue('q', 'job', [1]);
  await queue.end();
  expect(await enqueueing).toBe(true);
  expect(await bench.list('queue:q')).toHaveLength(1);
  client.disconnect();
});
