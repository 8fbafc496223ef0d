import { redisServer, until } from '@reskue/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { closeClient } from '../connection/close-client.js';
import { openClient } from '../connection/redis-client.js';
import { popToken } from './pop-token.js';

const server = redisServer();
const clientWith = (options: Parameters<typeof openClient>[0]) => {
  const client = openClient({ path: server.socket, ...options });
  client.on('error', () => undefined);
  onTestFinished(() => closeClient(client));
  return client;
};
const isWaiting = async () => String(await server.redis.client('LIST')).includes('cmd=blpop');

// With a prefix ioredis sends the command itself.
test.each([{}, { keyPrefix: 'p:' }])(
  'the first token of any list is taken, with client options %o',
  async (options) => {
    const client = clientWith(options);
    const popped = popToken(client, ['one', 'zwéi'], 30);
    await until(isWaiting);
    const key = `${'keyPrefix' in options ? 'p:' : ''}zwéi`;
    await server.redis.rpush(key, 1, 2);
    expect(await popped).toEqual([key, '1']);
    expect(await popToken(client, ['one', 'zwéi'], 30)).toEqual([key, '2']);
    expect(await popToken(client, ['one', 'zwéi'], 0.01)).toBe(null);
  },
);

test.each([{}, { keyPrefix: 'p:' }])(
  'an error of the server is thrown, with client options %o',
  async (options) => {
    await server.redis.mset('text', 'x', 'p:text', 'x');
    await expect(popToken(clientWith(options), ['text'], 30)).rejects.toThrow('WRONGTYPE');
  },
);

test('a wait goes on behind an outage', async () => {
  const client = clientWith({ maxRetriesPerRequest: null });
  const popped = popToken(client, ['list'], 0);
  await until(isWaiting);
  await server.restart();
  await until(isWaiting);
  await server.redis.rpush('list', 1);
  expect(await popped).toEqual(['list', '1']);
});

test('a wait ends with its client', async () => {
  const client = clientWith({});
  const popped = popToken(client, ['list'], 0);
  await until(isWaiting);
  client.disconnect();
  await expect(popped).rejects.toThrow('Connection is closed.');
});
