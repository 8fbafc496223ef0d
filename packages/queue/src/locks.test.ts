import { expect, test } from 'vitest';
import { queueBench } from './queue-bench.test-kit.js';

const bench = queueBench();

test('locks are given with their values, by their names without the namespace', async () => {
  const queue = await bench.queue();
  const { redis } = bench.server;
  await redis.set('resque:lock:job:q:[{"a":1}]', 1_795_335_341);
  await redis.set('resque:workerslock:job:q:[]', 'owner');
  await redis.set('resque:workerslock:job:q:[1]', '1795335341.0123456789012340000011000000001');
  await redis.set('resque:worker:lock:1', 'no lock');
  await redis.set('resque:deadlock:1', 'no lock');
  await redis.set('other:lock:job:q:[]', 'of another namespace');
  await redis.rpush('resque:lock:list', 'no text');
  expect(await queue.locks()).toEqual({
    'lock:job:q:[{"a":1}]': '1795335341',
    'workerslock:job:q:[]': 'owner',
    // As node-resque writes it: whose it is stands in its fraction.
    'workerslock:job:q:[1]': '1795335341',
  });
  expect(await queue.delLock('lock:job:q:[{"a":1}]')).toBe(1);
  expect(await queue.delLock('lock:job:q:[{"a":1}]')).toBe(0);
  expect(Object.keys(await queue.locks())).toEqual(['workerslock:job:q:[1]', 'workerslock:job:q:[]']);
});

test('locks and counters are read with one MGET, however many there are', async () => {
  const queue = await bench.queue();
  for (let at = 0; at < 100; at += 1) await bench.server.redis.set(`resque:lock:job:q:[${at}]`, at);
  expect(await bench.calls('get', () => queue.locks())).toBe(0);
  expect(await bench.calls('mget', () => queue.locks())).toBe(1);
});

test('counters are texts, those of workers that are gone included', async () => {
  const queue = await bench.queue();
  expect(await queue.stats()).toEqual({});
  const { redis } = bench.server;
  await redis.mset({
    'resque:stat:processed': 3,
    'resque:stat:failed': 0,
    'resque:stat:processed:h:1': 3,
    'resque:stat:failed:h:9:a,b': 1,
    'x:stat:processed': 9,
  });
  expect(await queue.stats()).toEqual({
    processed: '3',
    failed: '0',
    'processed:h:1': '3',
    'failed:h:9:a,b': '1',
  });
});

test('100,000 foreign keys cost about 100 round trips, not 10,000', async () => {
  const queue = await bench.queue();
  await bench.server.redis.eval("for i = 1, 100000 do redis.call('SET', 'foreign:' .. i, 1) end", 0);
  await bench.server.redis.set('resque:stat:processed', 1);
  expect(await bench.calls('scan', () => queue.stats())).toBeLessThanOrEqual(110);
});

test('characters of patterns in the namespace mean themselves', async () => {
  const queue = await bench.queue({}, { connection: { ...bench.server.connection, namespace: 'a*[b]?\\' } });
  await bench.server.redis.set('axb1:stat:processed', 9);
  await bench.server.redis.set('a*[b]?\\:stat:processed', 1);
  expect(await queue.stats()).toEqual({ processed: '1' });
});

test('with a client that has a keyPrefix everything is found', async () => {
  const client = bench.server.client({ keyPrefix: 'app:' });
  const queue = await bench.queue({}, { connection: { redis: client } });
  await queue.enqueue('q', 'job', [1]);
  await queue.enqueueAt(10_000, 'q', 'job', [1]);
  await client.set('resque:lock:job:q:[]', 1);
  await client.set('resque:stat:processed', 2);
  await client.rpush(
    'resque:failed',
    '{"queue":"q","payload":{"class":"job","args":[1.0]},"backtrace":null}',
  );
  await client.sadd('resque:workers', 'h:1:q');
  expect(await queue.locks()).toEqual({ 'lock:job:q:[]': '1' });
  expect(await queue.stats()).toEqual({ processed: '2' });
  expect(await queue.timestamps()).toEqual([10_000]);
  expect(await queue.scheduledAt('q', 'job', [1])).toEqual([10]);
  expect(await queue.delDelayed('q', 'job', [1])).toEqual([10]);
  expect(await queue.retryAndRemoveFailed((await queue.failed(0, 0))[0]!)).toBe(true);
  expect(await queue.del('q', 'job', [1])).toBe(2);
  expect(await queue.forceCleanWorker('h:1')).toBeUndefined();
  expect(await queue.workers()).toEqual({});
  await queue.delQueue('q');
  expect((await bench.server.redis.keys('*')).filter((key) => !key.startsWith('app:resque:'))).toEqual([]);
});
