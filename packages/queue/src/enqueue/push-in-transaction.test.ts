import { createKeys, type ScriptArgument } from '@reskue/core/protocol';
import { until } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropReplies, type LossyWay } from '../drop-replies.test-kit.js';
import { queueBench } from '../queue-bench.test-kit.js';
import { pushInTransaction } from './push-in-transaction.js';

const bench = queueBench();
const keys = createKeys('resque');
const list = keys.queue('q');
const operands = (call: number): ScriptArgument[] => [
  keys.queues,
  list,
  keys.wakeQueue('q'),
  keys.wake,
  keys.producer('p'),
  'q',
  call,
  '1',
  60_000,
];
let way: LossyWay;
beforeEach(async () => {
  way = await dropReplies(bench.server.socket, 'rpush');
});
afterEach(() => way.close());

const numbers = Array.from({ length: 1_500 }, (_, at) => at);

test.each([
  ['sends again by itself', 2, {}],
  ['gives commands up', 1, { options: { autoResendUnfulfilledCommands: false }, commandTimeout: 100 }],
])(
  'a bulk whose replies are lost is stored once, in its order, where the client %s',
  async (_, losses, options) => {
    const queue = await bench.queue({}, { connection: { path: way.path, ...options } });
    const jobs = numbers.map((number) => ({ queue: 'q', class: 'job', args: [number] }));
    const warm = () => queue.enqueueBulk(jobs.slice(0, 200).map((job) => ({ ...job, queue: 'warm' })));
    await until(async () => (await bench.calls('evalsha', warm)) === 0);
    way.lose = losses;
    await queue.enqueueBulk(jobs);
    expect(way.lose).toBe(0);
    expect((await queue.queued('q')).map(({ args }) => args[0] as number)).toEqual(numbers);
    // The same of texts.
    way.lose = losses;
    await queue.enqueueBulk(numbers.map((at) => ({ queue: 'texts', class: 'job', args: [`${at}`] })));
    expect(way.lose).toBe(0);
    expect((await queue.queued('texts')).map(({ args }) => Number(args[0]))).toEqual(numbers);
    // The same of long payloads, whose bytes were written into memory that others use now.
    const texts = numbers.slice(0, 12).map((at) => `${at % 3 === 0 ? 'é' : 'e'}${at} `.repeat(10_000));
    way.lose = losses;
    await Promise.all(texts.map((text) => queue.enqueue('long', 'job', [text])));
    expect(way.lose).toBe(0);
    expect((await queue.queued('long')).map(({ args }) => args[0] as string)).toEqual(texts);
  },
);

test('a call that arrives late over another connection changes nothing', async () => {
  const [first, second] = [bench.server.client(), bench.server.client()];
  expect(await pushInTransaction(first, list, ['a', 'b'], operands(0))).toBe('stored');
  expect(await pushInTransaction(first, list, ['c'], operands(1))).toBe('stored');
  await bench.server.redis.lpop(list);
  expect(await pushInTransaction(second, list, ['a', 'b'], operands(0))).toBe('stored');
  expect(await bench.list('queue:q')).toEqual(['b', 'c']);
});

test('calls that are in flight together are stored in their order', async () => {
  const client = bench.server.client();
  const calls = numbers.slice(0, 50);
  await Promise.all(calls.map((at) => pushInTransaction(client, list, [`${at}`], operands(at))));
  expect(await bench.list('queue:q')).toEqual(calls.map(String));
});

test('it is told apart whether Redis refused one transaction or all', async () => {
  const client = bench.server.client();
  await bench.server.redis.set(list, 'no list');
  expect(await pushInTransaction(client, list, ['a'], operands(0))).toBe('aborted');
  await bench.server.redis.config('SET', 'maxmemory', '1');
  expect(await pushInTransaction(client, list, ['a'], operands(0))).toBe('aborted');
  await bench.server.redis.config('SET', 'maxmemory', '0');
  client.disconnect();
  await until(() => client.status === 'end');
  await expect(pushInTransaction(client, list, ['a'], operands(0))).rejects.toThrow('Connection is closed');
});
