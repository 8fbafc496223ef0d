import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';
import type { Queue } from '../queue.js';

const bench = queueBench();
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);
const bulk = (queue: Queue, name: string, args: number[]) =>
  queue.enqueueBulk(args.map((arg) => ({ queue: name, class: 'job', args: [arg] })));
const argsIn = async (queue: Queue, name: string) =>
  (await queue.queued(name, 0, -1)).map(({ args }) => args[0] as number);
const byScript = (queue: Queue, name = 'warm') =>
  bench.calls('evalsha', () => bulk(queue, name, numbers(200)));

/** A Queue whose large steps go by transaction. */
async function transacting(options: object = {}): Promise<Queue> {
  const queue = await bench.queue({}, { connection: { ...bench.server.connection, ...options } });
  await until(async () => (await byScript(queue)) === 0);
  return queue;
}

test('large steps go by transaction once one was tried, small ones by script, in the order of the calls', async () => {
  const queue = await transacting();
  const scripts = await bench.calls('evalsha', async () => {
    const small = queue.enqueue('q', 'job', [0]);
    const large = bulk(queue, 'q', numbers(2_500, 1));
    const last = queue.enqueue('q', 'job', [2_501]);
    await Promise.all([small, large, last]);
  });
  expect(scripts).toBe(2);
  // A bulk of more than 1,000 goes step by step, as ever.
  const found = await argsIn(queue, 'q');
  expect(found.filter((arg) => arg !== 2_501)).toEqual(numbers(2_501));
  expect(await bench.list('wake:q')).toEqual(['1']);
  expect(await queue.queues()).toContain('q');
});

test('big payloads of one turn go together', async () => {
  const queue = await transacting();
  const texts = numbers(8).map((at) => String(at).repeat(100_000));
  const transactions = await bench.calls('exec', () =>
    Promise.all(texts.map((text) => queue.enqueue('big', 'job', [text]))),
  );
  expect(transactions).toBe(1);
  expect((await queue.queued('big')).map(({ args }) => args[0] as string)).toEqual(texts);
});

const reconnectOnError = () => 2 as const;
test.each([
  ['by transaction', {}],
  ['by script', { options: { reconnectOnError } }],
  ['by script, with the prefix of the client', { options: { keyPrefix: 'p:', reconnectOnError } }],
])('long payloads of any kind are stored byte for byte, %s', async (way, options) => {
  const connection = { ...bench.server.connection, ...options };
  const queue = 'options' in options ? await bench.queue({}, { connection }) : await transacting(options);
  const args = [
    ['x'.repeat(70_000)],
    [`${'x'.repeat(70_000)}"\n`],
    ['日'.repeat(70_000), 1],
    [{ text: '😀é'.repeat(30_000), more: [null] }],
    ['short'],
  ];
  const wanted = args.map((of) => JSON.stringify({ class: 'jöb', queue: 'big', args: of }));
  const transactions = await bench.calls('exec', async () => {
    await Promise.all(args.map((of) => queue.enqueue('big', 'jöb', of)));
    await queue.enqueueBulk(args.map((of) => ({ queue: 'big', class: 'jöb', args: of })));
  });
  expect(transactions > 0).toBe(way === 'by transaction');
  const list = await queue.connection.client.lrange(queue.connection.keys.queue('big'), 0, -1);
  expect(list).toEqual([...wanted, ...wanted]);
});

test('what Redis forgets of scripts does not matter', async () => {
  const queue = await transacting();
  await bench.server.redis.script('FLUSH');
  await bulk(queue, 'q', numbers(300));
  expect(await argsIn(queue, 'q')).toEqual(numbers(300));
});

test('a key of a wrong type, a full Redis and a replica refuse all of it with their own errors', async () => {
  const queue = await transacting();
  const { redis } = bench.server;
  await redis.set('resque:queue:q', 'no list');
  await expect(bulk(queue, 'q', numbers(200))).rejects.toThrow(/WRONGTYPE/);
  await redis.del('resque:queue:q');
  await redis.config('SET', 'maxmemory', '1');
  await expect(bulk(queue, 'q', numbers(200))).rejects.toThrow(/^OOM/);
  await redis.config('SET', 'maxmemory', '0');
  await redis.replicaof('127.0.0.1', '1');
  await expect(bulk(queue, 'q', numbers(200))).rejects.toThrow(/^READONLY/);
  await redis.replicaof('NO', 'ONE');
  expect(await redis.exists('resque:queue:q')).toBe(0);
  await bulk(queue, 'q', numbers(200));
  expect(await argsIn(queue, 'q')).toEqual(numbers(200));
});

test('the trace of a try goes by itself', async () => {
  await transacting();
  const producers = await bench.server.redis.keys('resque:producer:*');
  await pause(1_100);
  expect(producers).toHaveLength(2);
  expect(await bench.server.redis.keys('resque:producer:*')).toHaveLength(1);
});

const allowed = ['on', '>secret', '~*', '+@all'];
const asUser = () => ({ ...bench.server.connection, username: 'producer', password: 'secret' });
const setUser = (...rules: string[]) => bench.server.redis.call('ACL', 'SETUSER', 'producer', ...rules);

test.each(['multi', 'exec', 'ltrim'])('a user without the right to %s goes by script', async (command) => {
  await setUser('reset', ...allowed, `-${command}`);
  const queue = await bench.queue({}, { connection: asUser() });
  for (const at of numbers(3)) {
    expect(await byScript(queue)).toBe(1);
    // The try is over by then.
    await pause(20);
    expect(await queue.length('warm')).toBe(200 * (at + 1));
  }
  await until(async () => (await bench.server.redis.keys('resque:producer:*')).length <= 2);
  await pause(1_100);
  expect(await bench.server.redis.keys('resque:producer:*')).toHaveLength(1);
});

test.each(['multi', 'exec'])(
  'where the right to %s is taken away later, jobs are stored once',
  async (command) => {
    await setUser('reset', ...allowed);
    const queue = await transacting(asUser());
    await setUser(`-${command}`);
    await bulk(queue, 'q', numbers(200));
    expect(await argsIn(queue, 'q')).toEqual(numbers(200));
    expect(await byScript(queue)).toBe(1);
  },
);

test.each([
  ['a client that was handed in', () => ({ redis: bench.server.client() })],
  ['reconnectOnError', () => ({ ...bench.server.connection, options: { reconnectOnError: () => 2 } })],
])('%s keeps to the script', async (_, connection) => {
  const queue = await bench.queue({}, { connection: connection() });
  const transactions = await bench.calls('multi', async () => {
    for (const at of numbers(3)) await bulk(queue, 'q', numbers(200, at * 200));
    await pause(20);
  });
  expect(transactions).toBe(0);
  expect(await argsIn(queue, 'q')).toEqual(numbers(600));
});

test('a WATCH that somebody set on the client costs a second step, and no job', async () => {
  const queue = await transacting();
  await queue.connection.redis.watch('changed');
  await bench.server.redis.set('changed', '1');
  await bulk(queue, 'q', numbers(200));
  expect(await argsIn(queue, 'q')).toEqual(numbers(200));
});

test('jobs go with the prefix of the client', async () => {
  const queue = await transacting({ options: { keyPrefix: 'p:' } });
  await bulk(queue, 'q', numbers(200));
  expect(await bench.server.redis.llen('p:resque:queue:q')).toBe(200);
});
