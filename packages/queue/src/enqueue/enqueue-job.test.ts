import { expect, test } from 'vitest';
import { Queue } from '../queue.js';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();

test('a job lies in its queue byte for byte as node-resque writes it', async () => {
  const queue = await bench.queue();
  expect(await queue.enqueue('math', 'add', [1, 'é', { b: null, a: [] }])).toBe(true);
  expect(await bench.list('queue:math')).toEqual([
    '{"class":"add","queue":"math","args":[1,"é",{"b":null,"a":[]}]}',
  ]);
  expect(await queue.queues()).toEqual(['math']);
  expect(await queue.length('math')).toBe(1);
  expect(await queue.queued('math', 0, -1)).toEqual([
    { class: 'add', queue: 'math', args: [1, 'é', { b: null, a: [] }] },
  ]);
});

test("in dialect ruby it is written in Ruby's order, without the queue", async () => {
  const queue = await bench.queue({}, { connection: { ...bench.server.connection, dialect: 'ruby' } });
  await queue.enqueue('math', 'Add', [1]);
  expect(await bench.list('queue:math')).toEqual(['{"class":"Add","args":[1]}']);
  expect(await queue.queued('math', 0, -1)).toEqual([{ class: 'Add', queue: 'math', args: [1] }]);
  expect(queue.encode('math', 'Add', [1])).toBe('{"class":"Add","args":[1]}');
});

test.each([
  ['no args', undefined, '[]'],
  ['a single value', 5, '[5]'],
  ['a text', 'a', '["a"]'],
  ['null', null, '[null]'],
  ['a Date, which becomes a text', [new Date(0)], '["1970-01-01T00:00:00.000Z"]'],
  ['undefined inside an object, which is left out', [{ a: undefined, b: 1 }], '[{"b":1}]'],
])('%s can be args, as in node-resque', async (_, args, text) => {
  const queue = await bench.queue();
  expect(await queue.enqueue('q', 'job', args)).toBe(true);
  expect(await bench.list('queue:q')).toEqual([`{"class":"job","queue":"q","args":${text}}`]);
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;
test.each([
  ['a BigInt', [1, { x: 2n }], 'args[1].x'],
  ['a cycle', [cycle], 'args[0].self'],
  ['a function', [() => 1], 'args[0]'],
  ['undefined', [1, undefined], 'args[1]'],
])('%s among the args is refused by its place, and nothing is stored', async (_, args, place) => {
  const queue = await bench.queue();
  const refusal = { code: 'RESKUE_ARGS_NOT_JSON', message: expect.stringContaining(place) as string };
  await expect(queue.enqueue('q', 'job', args)).rejects.toMatchObject(refusal);
  await expect(queue.enqueueAt(10_000, 'q', 'job', args)).rejects.toMatchObject(refusal);
  await expect(
    queue.enqueueBulk([
      { queue: 'q', class: 'ok' },
      { queue: 'q', class: 'job', args },
    ]),
  ).rejects.toMatchObject(refusal);
  expect(await queue.queues()).toEqual([]);
});

test.each([
  ['', 'RESKUE_QUEUE_NAME_INVALID', 'Queue: expected a name, got an empty text'],
  [undefined, 'RESKUE_QUEUE_NAME_INVALID', 'Queue: expected a name, got undefined'],
  [5, 'RESKUE_QUEUE_NAME_INVALID', 'Queue: expected a name, got number'],
])('the queue name %j is refused', async (name, code, message) => {
  const queue = await bench.queue();
  // As JavaScript may call it.
  const given = name as string;
  for (const call of [
    queue.enqueue(given, 'job'),
    queue.enqueueIn(1, given, 'job'),
    queue.enqueueBulk([{ queue: given, class: 'job' }]),
    queue.pause(given),
  ]) {
    await expect(call).rejects.toMatchObject({ code, message });
  }
});

test('an empty or missing class name is refused', async () => {
  const queue = await bench.queue();
  const refusal = { code: 'RESKUE_JOB_NAME_INVALID' };
  await expect(queue.enqueue('q', '')).rejects.toMatchObject(refusal);
  await expect(queue.enqueueAt(10_000, 'q', null as unknown as string)).rejects.toMatchObject(refusal);
});

test('a class named like a member of every object is a class like any other', async () => {
  const queue = await bench.queue();
  expect(await queue.enqueue('q', '__proto__', [])).toBe(true);
  expect(await queue.enqueue('q', 'constructor', [])).toBe(true);
  expect(await queue.length('q')).toBe(2);
});

test('every method before connect() says so', async () => {
  const queue = new Queue({ connection: bench.server.connection });
  const calls = [
    queue.enqueue('q', 'job'),
    queue.enqueueAt(10_000, 'q', 'job'),
    queue.enqueueBulk([{ queue: 'q', class: 'job' }]),
    queue.queues(),
    queue.delQueue('q'),
    queue.length('q'),
    queue.queued('q', 0, -1),
    queue.del('q', 'job'),
    queue.delByFunction('q', 'job'),
    queue.delDelayed('q', 'job'),
    queue.scheduledAt('q', 'job'),
    queue.timestamps(),
    queue.delayedAt(10_000),
    queue.allDelayed(),
    queue.locks(),
    queue.delLock('l'),
    queue.workers(),
    queue.workingOn('w', 'q'),
    queue.allWorkingOn(),
    queue.forceCleanWorker('w'),
    queue.cleanOldWorkers(1),
    queue.failed(0, -1),
    queue.failedCount(),
    queue.retryStuckJobs(),
    queue.leader(),
    queue.stats(),
    queue.pause('q'),
    queue.resume('q'),
    queue.paused(),
    queue.pauseAll(),
    queue.resumeAll(),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
});

test('args that the schema of the job refuses are not enqueued', async () => {
  const numbers = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: (value: unknown) =>
        Array.isArray(value) && value.every(Number.isFinite)
          ? { value }
          : { issues: [{ message: 'expected a number', path: [0] }] },
    },
  };
  const queue = await bench.queue({ add: { args: numbers, perform: () => 0 } });
  await expect(queue.enqueue('q', 'add', ['x'])).rejects.toMatchObject({ code: 'RESKUE_ARGS_INVALID' });
  await expect(queue.enqueueIn(1, 'q', 'add', ['x'])).rejects.toMatchObject({ code: 'RESKUE_ARGS_INVALID' });
  await expect(queue.enqueueBulk([{ queue: 'q', class: 'add', args: ['x'] }])).rejects.toMatchObject({
    code: 'RESKUE_ARGS_INVALID',
  });
  expect(await queue.enqueue('q', 'add', [1])).toBe(true);
  expect(await queue.length('q')).toBe(1);
});

test('a job costs one command, and leaves one wake token however many come', async () => {
  const queue = await bench.queue();
  await queue.enqueue('q', 'job');
  expect(await bench.calls('evalsha', () => queue.enqueue('q', 'job'))).toBe(1);
  expect(await bench.list('wake:q')).toEqual(['1']);
});

test('the namespace may be changed after connect()', async () => {
  const queue = await bench.queue();
  queue.connection.options.namespace = ['other', 'space'];
  await queue.enqueue('q', 'job');
  expect(await bench.server.redis.llen('other:space:queue:q')).toBe(1);
  expect(queue.leaderKey()).toBe('other:space:resque_scheduler_leader_lock');
});
