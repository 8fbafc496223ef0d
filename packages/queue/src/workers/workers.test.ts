import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const rubyRecord = (args: string, runAt = '2026-11-22T08:15:28Z') =>
  `{"queue":"q","run_at":"${runAt}","payload":{"class":"Slow","args":${args}}}`;
const ownRecord = (
  payload: string,
  runAt = 'Sun Nov 22 2026 08:15:28 GMT+0000 (Coordinated Universal Time)',
) => `{"queue":"q","run_at":"${runAt}","worker":"h:1","lease":"h:1:nonce","claim":7,"payload":${payload}}`;

async function registered(id: string, record?: string): Promise<void> {
  const { redis } = bench.server;
  await redis.sadd('resque:workers', id);
  await redis.set(`resque:worker:${id}:started`, '1795335341');
  if (record !== undefined) await redis.set(`resque:worker:${id}`, record);
}

test('workers are listed by name', async () => {
  const queue = await bench.queue();
  for (const id of ['h:1:math,mail', 'h:2:*', 'h:3+1:math', 'worker1:math', 'alone', 'h:4:'])
    await registered(id);
  expect(await queue.workers()).toEqual({
    'h:1': 'math,mail',
    'h:2': '*',
    'h:3+1': 'math',
    worker1: 'math',
    alone: null,
    'h:4': '',
  });
});

test('a queue with a colon in its name does not end up in the name of its worker', async () => {
  const queue = await bench.queue();
  await registered('workerA:mail:out');
  await registered('h:1:mail:out,mail:in');
  await registered('named:like:this:q');
  await bench.server.redis.set(
    'resque:worker:ping:workerA',
    '{"time":1,"name":"workerA","queues":"mail:out"}',
  );
  await bench.server.redis.sadd('resque:queues', 'q', 'mail:out');
  expect(await queue.workers()).toEqual({
    workerA: 'mail:out',
    'h:1': 'mail:out,mail:in',
    'named:like:this': 'q',
  });
  await bench.server.redis.set('resque:worker:workerA:mail:out', rubyRecord('[1]'));
  expect(await queue.forceCleanWorker('workerA')).toMatchObject({ worker: 'workerA', queue: 'q' });
  expect(await bench.server.redis.keys('*workerA*')).toEqual([]);
});

test('what is being worked on is told for records of every writer, by the right name', async () => {
  const queue = await bench.queue();
  await registered('h:1:q', ownRecord('{"class":"A","queue":"q","args":[1]}'));
  await registered('h:2:q', rubyRecord('[1.0]'));
  await registered(
    'h:3:q',
    '{"worker":"h:3","payload":{"class":"B","args":{},"queue":"q"},"run_at":"Sun","queue":"q"}',
  );
  await registered('h:4:q');
  expect(await queue.allWorkingOn()).toEqual({
    'h:1': {
      run_at: 'Sun Nov 22 2026 08:15:28 GMT+0000 (Coordinated Universal Time)',
      queue: 'q',
      worker: 'h:1',
      payload: { class: 'A', queue: 'q', args: [1] },
    },
    'h:2': {
      run_at: '2026-11-22T08:15:28Z',
      queue: 'q',
      worker: 'h:2',
      payload: { class: 'Slow', queue: 'q', args: [1] },
    },
    'h:3': { run_at: 'Sun', queue: 'q', worker: 'h:3', payload: { class: 'B', queue: 'q', args: [] } },
    'h:4': 'started',
  });
  expect(await queue.workingOn('h:2', 'q')).toBe(rubyRecord('[1.0]'));
  expect(await queue.workingOn('h:4', 'q')).toBeNull();
});

test('100 workers are asked with one MGET, not with a GET each', async () => {
  const queue = await bench.queue();
  for (let pid = 1; pid <= 100; pid += 1) await registered(`h:${pid}:q`);
  expect(await bench.calls('get', () => queue.allWorkingOn())).toBe(0);
  expect(await bench.calls('mget', () => queue.allWorkingOn())).toBe(1);
});

test.each([
  ['no json', '', ''],
  ['a record whose payload is no job', 'q', 'no job'],
  ['a list instead of a text', undefined, undefined],
])('%s in the place of a record does not break the listing', async (kind, recordQueue, raw) => {
  const queue = await bench.queue();
  await registered('h:2:q', rubyRecord('[]'));
  await registered('h:1:q');
  if (raw === undefined) await bench.push('worker:h:1:q', 'x');
  else await bench.server.redis.set('resque:worker:h:1:q', raw === '' ? kind : ownRecord(raw));
  const all = await queue.allWorkingOn();
  expect(all['h:2']).toMatchObject({ worker: 'h:2' });
  if (raw === undefined) expect(all['h:1']).toBe('started');
  else expect(all['h:1']).toMatchObject({ queue: recordQueue, worker: 'h:1', payload: { raw: raw || kind } });
});

test('forceCleanWorker puts the job in hand into failed byte for byte, and leaves nothing of the worker', async () => {
  const queue = await bench.queue();
  const { redis } = bench.server;
  await registered('h:1:q', rubyRecord('[1.0,12345678901234567890,"\\u003c"]'));
  await redis.set('resque:worker:ping:h:1', '{}');
  await redis.hset('resque:workers:heartbeat', 'h:1:q', '2026-11-22T08:15:28+00:00');
  for (const stat of ['processed', 'failed'])
    for (const by of ['h:1', 'h:1:q']) await redis.set(`resque:stat:${stat}:${by}`, 3);
  const failure = await queue.forceCleanWorker('h:1');
  expect(failure).toMatchObject({
    worker: 'h:1',
    queue: 'q',
    payload: { class: 'Slow' },
    exception: 'Worker Timeout (killed manually)',
    error: 'Worker Timeout (killed manually)',
    backtrace: [
      expect.stringMatching(/^killed by .+ at /) as string,
      'queue#forceCleanWorker',
      'node-resque',
    ],
  });
  expect(Date.parse(String(failure?.failed_at))).toBeGreaterThan(Date.now() - 5_000);
  const [entry = ''] = await bench.list('failed');
  expect(entry).toContain('"payload":{"class":"Slow","args":[1.0,12345678901234567890,"\\u003c"]}');
  expect(await queue.stats()).toEqual({ failed: '1' });
  expect(await redis.keys('*h:1*')).toEqual([]);
  expect(await redis.exists('resque:workers', 'resque:workers:heartbeat')).toBe(0);
});

test('an idle worker that is force-cleaned is no failure', async () => {
  const queue = await bench.queue();
  await registered('h:1:q');
  expect(await queue.forceCleanWorker('h:1')).toBeUndefined();
  expect(await queue.stats()).toEqual({});
  expect(await queue.failedCount()).toBe(0);
  expect(await queue.workers()).toEqual({});
});

test('a job whose payload is no JSON is kept as its text', async () => {
  const queue = await bench.queue();
  await registered('h:1:q', ownRecord('no "job'));
  expect(await queue.forceCleanWorker('h:1')).toMatchObject({ queue: 'q', payload: 'no "job' });
});

test('bytes that are no UTF-8 do not keep a worker from being cleaned', async () => {
  const queue = await bench.queue();
  await registered('h:1:q');
  await bench.server.redis.set('resque:worker:h:1:q', Buffer.from([0x7b, 0xff, 0xfe]));
  expect(await queue.forceCleanWorker('h:1')).toMatchObject({ worker: 'h:1' });
  expect(await queue.workers()).toEqual({});
});

test('an unknown worker is told by an Error, which without a listener does not end the process', async () => {
  const queue = await bench.queue();
  await bench.server.redis.set('resque:worker:ping:ghost', '{"time":1}');
  await expect(queue.forceCleanWorker('ghost')).resolves.toBeUndefined();
  const errors: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  expect(await queue.forceCleanWorker('ghost')).toBeUndefined();
  expect(errors).toEqual([expect.any(Error)]);
  expect(errors[0]).toMatchObject({
    code: 'RESKUE_WORKER_UNKNOWN',
    message: 'force-cleaning worker ghost, but cannot find queues',
  });
  expect(await bench.server.redis.exists('resque:worker:ping:ghost', 'resque:stat:failed')).toBe(0);
});

test('a worker that was taken off the list is found by its sign of life, and its job with it', async () => {
  const queue = await bench.queue();
  await bench.server.redis.set('resque:worker:h:1:q', rubyRecord('[1]'));
  await bench.server.redis.set('resque:worker:ping:h:1', '{"time":1,"name":"h:1","queues":"q"}');
  expect(await queue.forceCleanWorker('h:1')).toMatchObject({ payload: { class: 'Slow' } });
  expect(await bench.server.redis.keys('resque:worker*')).toEqual([]);
});

test('all ids of one name are cleaned, such as those of a worker that changed its queues', async () => {
  const queue = await bench.queue();
  await registered('h:1:a');
  await registered('h:1:a,b', rubyRecord('[2]'));
  expect(await queue.allWorkingOn()).toMatchObject({ 'h:1': { payload: { args: [2] } } });
  expect(await queue.forceCleanWorker('h:1')).toMatchObject({ payload: { args: [2] } });
  expect(await bench.server.redis.keys('*h:1*')).toEqual([]);
});

test('cleanOldWorkers removes who is busy for too long, and nobody else', async () => {
  const queue = await bench.queue();
  const ago = (ms: number) => new Date(Date.now() - ms);
  await registered('h:1:q', rubyRecord('[1]', ago(60_000).toISOString()));
  await registered('h:2:q', ownRecord('{"class":"A","args":[]}', ago(60_000).toString()));
  await registered('h:3:q', rubyRecord('[3]', ago(1_000).toISOString()));
  await registered('h:4:q');
  await registered('h:5:q', rubyRecord('[5]', 'no time'));
  expect(Object.keys(await queue.cleanOldWorkers(30_000)).sort()).toEqual(['h:1', 'h:2']);
  expect(Object.keys(await queue.workers()).sort()).toEqual(['h:3', 'h:4', 'h:5']);
  expect(await queue.failedCount()).toBe(2);
});

test('a job without arguments that node-resque wrote down by cjson is not retried with one', async () => {
  const queue = await bench.queue();
  await registered(
    'h:1:q',
    '{"worker":"h:1","payload":{"class":"B","args":{},"queue":"q"},"run_at":"Sun","queue":"q"}',
  );
  await queue.forceCleanWorker('h:1');
  await queue.retryStuckJobs();
  expect(await bench.list('queue:q')).toEqual(['{"class":"B","args":[],"queue":"q"}']);
});

test('a job that was finished while its worker is cleaned is not failed, the next one is', async () => {
  const client = bench.server.client();
  const queue = await bench.queue({}, { connection: { redis: client } });
  await registered('h:1:q', rubyRecord('[1]'));
  const read = client.getBuffer.bind(client);
  let reads = 0;
  client.getBuffer = async (key: Parameters<typeof read>[0]) => {
    const bytes = await read(key);
    if (reads++ === 0) await bench.server.redis.set('resque:worker:h:1:q', rubyRecord('[2]'));
    return bytes;
  };
  expect(await queue.forceCleanWorker('h:1')).toMatchObject({ payload: { args: [2] } });
  expect(reads).toBe(2);
  expect(await queue.failedCount()).toBe(1);
});

test('leader() names who leads, and nobody is null', async () => {
  const queue = await bench.queue();
  expect(await queue.leader()).toBeNull();
  await bench.server.redis.set(queue.leaderKey(), 'h:1');
  expect(await queue.leader()).toBe('h:1');
  expect(queue.leaderKey()).toBe('resque:resque_scheduler_leader_lock');
});
