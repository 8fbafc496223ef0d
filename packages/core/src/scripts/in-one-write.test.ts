import { redisServer } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { closeClient } from '../connection/close-client.js';
import { openClient, type RedisClient } from '../connection/redis-client.js';
import { inOneWrite } from './in-one-write.js';

const server = redisServer();
const open: RedisClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) closeClient(client);
});
const client = () => {
  const opened = openClient({ path: server.connection.path });
  open.push(opened);
  return opened;
};
/** How often Redis read from a socket, this reading included. */
const reads = async () => Number(/total_reads_processed:(\d+)/.exec(await server.redis.info('stats'))?.[1]);

test('commands that are sent meanwhile arrive together', async () => {
  const redis = client();
  await redis.ping();
  const before = await reads();
  const answers = inOneWrite(redis, () => [redis.set('a', 1), redis.incr('a'), redis.get('a')]);
  expect(await Promise.all(answers)).toEqual(['OK', 2, '2']);
  expect((await reads()) - before).toBe(2);
});

test('what throws meanwhile holds nothing back', async () => {
  const redis = client();
  await redis.ping();
  const sent = [redis.ping()];
  const failing = () =>
    inOneWrite(redis, () => {
      sent.push(redis.ping());
      throw new Error('odd');
    });
  expect(failing).toThrow('odd');
  expect(await Promise.all(sent)).toEqual(['PONG', 'PONG']);
});

test('a client that is not connected yet keeps what it is sent', async () => {
  const redis = client();
  expect(await inOneWrite(redis, () => redis.ping())).toBe('PONG');
});
