import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dropReplies, type LossyWay } from './drop-replies.test-kit.js';
import { Producer, type NumberedCall } from './producer.js';
import { Queue } from './queue.js';
import { queueBench } from './queue-bench.test-kit.js';

const bench = queueBench();
let way: LossyWay;
beforeEach(async () => {
  way = await dropReplies(bench.server.socket, 'evalsha');
});
afterEach(async () => {
  vi.useRealTimers();
  await way.close();
});

const lossy = (options: object = {}, enqueueTimeout = 5_000) =>
  bench.queue({}, { connection: { path: way.path, ...options }, enqueueTimeout });

test('a job whose reply is lost is stored once, where the client resends by itself', async () => {
  const queue = await lossy();
  await queue.enqueue('warm', 'up');
  way.lose = 3;
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(way.lose).toBe(0);
  expect(await queue.length('q')).toBe(1);
});

test('a job whose reply is lost is stored once, where the client gives the command up', async () => {
  const queue = await lossy({ options: { autoResendUnfulfilledCommands: false }, commandTimeout: 100 });
  await queue.enqueue('warm', 'up');
  for (const at of [1, 2, 3]) {
    way.lose = 1;
    expect(await queue.enqueue('q', 'job')).toBe(true);
    expect(await queue.length('q')).toBe(at);
  }
  way.lose = 1;
  expect(await queue.enqueueAt(4_102_444_800_000, 'q', 'job')).toBe(true);
  expect(await bench.list('delayed:4102444800')).toHaveLength(1);
  expect(way.lose).toBe(0);
});

test('a bulk whose reply is lost is stored once, in its order', async () => {
  const queue = await lossy();
  await queue.enqueue('warm', 'up');
  const numbers = Array.from({ length: 2_000 }, (_, at) => at);
  way.lose = 2;
  await queue.enqueueBulk(numbers.map((number) => ({ queue: 'q', class: 'job', args: [number] })));
  expect(way.lose).toBe(0);
  expect((await queue.queued('q', 0, -1)).map(({ args }) => args[0] as number)).toEqual(numbers);
});

test('a stored job is not reported as refused when Redis refuses its second arrival', async () => {
  const queue = await lossy();
  await queue.enqueue('warm', 'up');
  way.lose = 1;
  // The first arrival has stored it; the second one meets another type.
  way.beforeLoss = async () => {
    await bench.server.redis.rename('resque:queue:q', 'kept');
    await bench.server.redis.set('resque:queue:q', 'no list');
  };
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(await bench.server.redis.llen('kept')).toBe(1);
});

test('a job that Redis refuses is rejected at once with its error, and not stored later', async () => {
  const queue = await bench.queue();
  await bench.server.redis.set('resque:queue:q', 'no list');
  await expect(queue.enqueue('q', 'job')).rejects.toThrow('WRONGTYPE');
  await bench.server.redis.set('resque:delayed:4102444800', 'no list');
  await expect(queue.enqueueAt(4_102_444_800_000, 'q', 'job')).rejects.toThrow('WRONGTYPE');
  await bench.server.redis.del('resque:queue:q');
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(await queue.length('q')).toBe(1);
});

test('a Redis that stays silent ends in an error that says what is not known', async () => {
  const queue = await lossy({ commandTimeout: 50 }, 200);
  await bench.server.redis.client('PAUSE', 1_000);
  await expect(queue.enqueue('q', 'job')).rejects.toMatchObject({
    code: 'RESKUE_ENQUEUE_UNCERTAIN',
    message: expect.stringMatching(/may be stored or not.*queued\(\)/) as string,
  });
  await bench.server.redis.client('UNPAUSE');
});

test('a job sent to a silent Redis over and over is stored once when Redis comes back', async () => {
  const queue = await bench.queue(
    {},
    { connection: { ...bench.server.connection, commandTimeout: 50 }, enqueueTimeout: 5_000 },
  );
  await bench.server.redis.client('PAUSE', 400);
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(await queue.length('q')).toBe(1);
});

test('enqueue answers true only for a job that is there, on a client whose owner WATCHes a key (a null EXEC)', async () => {
  const client = bench.server.client();
  const queue = await bench.queue({}, { connection: { redis: client } });
  await client.watch('resque:queue:q');
  await bench.server.redis.rpush('resque:queue:q', 'changed by somebody else');
  expect(await queue.enqueue('q', 'job')).toBe(true);
  expect(await queue.length('q')).toBe(2);
  expect(await queue.enqueueAt(10_000, 'q', 'job')).toBe(true);
  expect(await bench.list('delayed:10')).toHaveLength(1);
});

test('a client that was closed says so at once', async () => {
  const client = bench.server.client();
  const queue = await bench.queue({}, { connection: { redis: client } });
  client.disconnect();
  await vi.waitFor(() => expect(client.status).toBe('end'));
  await expect(queue.enqueue('q', 'job')).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
});

test('end() during a lost call ends the waiting', async () => {
  const queue = new Queue({
    connection: { path: bench.server.socket, commandTimeout: 50 },
    enqueueTimeout: 60_000,
  });
  await queue.connect();
  await bench.server.redis.client('PAUSE', 1_000);
  const enqueueing = expect(queue.enqueue('q', 'job')).rejects.toMatchObject({
    code: 'RESKUE_ENQUEUE_UNCERTAIN',
  });
  await vi.waitFor(() => expect(queue.connection.redis.status).toBe('ready'));
  await queue.end();
  await enqueueing;
  await bench.server.redis.client('UNPAUSE');
});

test('a nonce numbers 32,768 calls within five minutes, and is fresh until one was answered', async () => {
  const { connection } = await bench.queue();
  const producer = new Producer(connection, 1_000);
  const store = async (call: NumberedCall): Promise<NumberedCall> => call;
  const first = (await producer.send(store)) as NumberedCall;
  expect(first).toMatchObject({ call: 0, fresh: '1', keepMs: 900_000 });
  expect(first.producer).toMatch(/^resque:producer:[\w-]{12}$/);
  for (let call = 1; call < 32_767; call += 1) await producer.send(store);
  expect(await producer.send(store)).toMatchObject({ producer: first.producer, call: 32_767, fresh: '0' });
  const second = (await producer.send(store)) as NumberedCall;
  expect(second).toMatchObject({ call: 0, fresh: '1' });
  expect(second.producer).not.toBe(first.producer);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 300_000 });
  expect(((await producer.send(store)) as NumberedCall).producer).not.toBe(second.producer);
});

test("a producer's ring in Redis is small and expires", async () => {
  const queue = await bench.queue();
  for (let at = 0; at < 10; at += 1) await queue.enqueue('q', 'job');
  const rings = await bench.server.redis.keys('resque:producer:*');
  expect(rings).toHaveLength(1);
  const [ring = ''] = rings;
  expect(await bench.server.redis.strlen(ring)).toBe(2);
  expect(await bench.server.redis.pttl(ring)).toBeGreaterThan(890_000);
});
