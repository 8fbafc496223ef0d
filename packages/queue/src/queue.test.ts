import { Connection } from '@reskue/core';
import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { Queue } from './queue.js';
import { queueBench } from './queue-bench.test-kit.js';

const bench = queueBench();

test('the options are copied, and filled in', () => {
  const given = { connection: { host: 'somewhere' } };
  const queue = new Queue(given, { job: { perform: () => 0 } });
  expect(given).toEqual({ connection: { host: 'somewhere' } });
  expect(queue.options).toEqual({ ...given, enqueueTimeout: 20_000, enqueuedAt: false });
  expect(queue.connection.options.host).toBe('somewhere');
  expect(Object.keys(queue.jobs)).toEqual(['job']);
  expect(new Queue().connection.options.namespace).toBe('resque');
  expect(new Queue(null).jobs).toEqual({});
});

test.each([
  [5, {}, 'Queue option "options": expected an object, got 5'],
  [{ enqueueTimeout: -1 }, {}, 'Queue option "enqueueTimeout": expected an integer from 0 to 600000, got -1'],
  [{ connection: { port: 'x' } }, {}, 'Connection option "port"'],
  [{}, [], 'Queue option "jobs": expected an object of jobs by class name, got []'],
  [{}, 'jobs', 'Queue option "jobs"'],
])('options %j with jobs %j are refused', (options, jobs, message) => {
  const make = () => new Queue(options as object, jobs as object);
  expect(make).toThrow(
    expect.objectContaining({
      code: 'RESKUE_OPTION_INVALID',
      message: expect.stringContaining(message) as string,
    }),
  );
});

test('a Connection that is handed in is shared, and end() leaves it open', async () => {
  const connection = new Connection(bench.server.connection);
  const [one, other] = [new Queue({ connection }), new Queue({ connection })];
  await one.connect();
  await other.connect();
  expect(one.connection).toBe(connection);
  await one.enqueue('q', 'job');
  await one.end();
  expect(await other.length('q')).toBe(1);
  await other.end();
  expect(connection.connected).toBe(true);
  expect(connection.listenerCount('error')).toBe(0);
  connection.end();
});

test('a client that is handed in stays open after end()', async () => {
  const client = bench.server.client();
  const queue = new Queue({ connection: { redis: client } });
  await queue.connect();
  await queue.end();
  expect(await client.ping()).toBe('PONG');
});

test('await using ends it', async () => {
  let connection: Connection;
  {
    await using queue = new Queue({ connection: bench.server.connection });
    await queue.connect();
    connection = queue.connection;
  }
  expect(connection.connected).toBe(false);
});

test('connecting and ending twice is once; a new connect() begins anew', async () => {
  const queue = await bench.queue();
  await queue.connect();
  expect(queue.connection.listenerCount('error')).toBe(1);
  await queue.end();
  await queue.end();
  await expect(queue.length('q')).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
  await queue.connect();
  expect(await queue.length('q')).toBe(0);
});

test('errors of the connection are error events, and none of them ends a process without a listener', async () => {
  const queue = await bench.queue();
  queue.connection.emit('error', new Error('nobody listens'));
  const errors: unknown[] = [];
  const warnings: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  queue.on('warning', (warning) => warnings.push(warning));
  queue.connection.emit('error', new Error('heard'));
  queue.connection.emit('warning', new Error('careful'));
  expect([errors, warnings]).toMatchObject([[{ message: 'heard' }], [{ message: 'careful' }]]);
});

test('connect() to nothing rejects and tells the error', async () => {
  const queue = new Queue({ connection: { path: '/nowhere/at/all', commandTimeout: 200 } });
  const errors: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  await expect(queue.connect()).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_FAILED' });
  expect(errors.length).toBeGreaterThan(0);
  await queue.end();
});

test('with an in-memory client, which runs no scripts of ours, plain commands do', async () => {
  // What such a client is known by; its commands are real ones here.
  class RedisMock extends Redis {
    override evalsha(): never {
      throw new Error('no scripts');
    }
  }
  const client = new RedisMock(bench.server.socket);
  const queue = await bench.queue({}, { connection: { pkg: 'ioredis-mock', redis: client } });
  expect(await queue.enqueue('q', 'job', [1])).toBe(true);
  expect(await queue.enqueueAt(10_000, 'q', 'job', [1])).toBe(true);
  await expect(queue.enqueueAt(10_000, 'q', 'job', [1])).rejects.toMatchObject({
    code: 'RESKUE_JOB_DUPLICATE',
  });
  expect(await queue.timestamps()).toEqual([10_000]);
  expect(await queue.allDelayed()).toMatchObject({ 10_000: [{ class: 'job' }] });
  expect(await queue.enqueueBulk([{ queue: 'q', class: 'job' }])).toEqual([true]);
  const long = ['x'.repeat(20_000)];
  await queue.enqueue('long', 'job', long);
  expect(await bench.list('queue:long')).toEqual([queue.encode('long', 'job', long)]);
  await queue.delQueue('long');
  expect(await queue.del('q', 'job', [1])).toBe(1);
  expect(await queue.delByFunction('q', 'job')).toBe(1);
  await queue.enqueue('q', 'job');
  await queue.delQueue('q');
  expect(await queue.queues()).toEqual([]);
  client.disconnect();
  await vi.waitFor(() => expect(client.status).toBe('end'));
});
