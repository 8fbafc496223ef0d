import { redisServer } from '@reskue/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { closeClient } from '../connection/close-client.js';
import { openClient } from '../connection/redis-client.js';
import { PayloadReads } from './payload-reads.js';

const server = redisServer();
const bytes = Buffer.from([0xff, 0x00, 0x7b]);

// With a prefix ioredis sends the commands itself.
const clients: [string, Parameters<typeof openClient>[0]][] = [
  ['lean', {}],
  ['prefixing', { keyPrefix: 'p:' }],
];
const readsWith = (options: Parameters<typeof openClient>[0]) => {
  const client = openClient({ path: server.socket, ...options });
  onTestFinished(() => closeClient(client));
  return new PayloadReads(client);
};

test.each(clients)('%s: payloads come as bytes, each once', async (_, options) => {
  const front = options.keyPrefix ?? '';
  await server.redis.rpush(`${front}lïst:0`, bytes);
  await server.redis.rpush(`${front}lïst:2`, 'text');
  const reads = readsWith(options);
  for (const place of [0, 1, 2]) reads.ask(`lïst:${place}`, place);
  await reads.all();
  expect([0, 1, 2].map((place) => reads.take(place))).toEqual([bytes, null, Buffer.from('text')]);
  expect(reads.take(0)).toBe(null);
  await server.redis.rpush(`${front}lïst:1`, 'late');
  reads.ask('lïst:1', 1);
  await reads.all();
  expect(reads.take(1)).toEqual(Buffer.from('late'));
});

test.each(clients)('%s: a refusal is told to whoever waits, and to nobody else', async (_, options) => {
  await server.redis.mset('text', 'x', 'p:text', 'x');
  const reads = readsWith(options);
  reads.ask('text', 0);
  reads.ask('none', 1);
  // Nobody waits yet, and Node would end the process of a rejection that nobody handles.
  await server.redis.ping();
  await expect(reads.all()).rejects.toThrow('WRONGTYPE');
});

test('who asked for nothing does not wait', async () => {
  await expect(readsWith({}).all()).resolves.toBe(undefined);
});
