import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { Connection } from './connection.js';

const server = redisServer();

async function connected(options: object = {}): Promise<Connection> {
  const connection = new Connection({ ...server.connection, ...options });
  await connection.connect();
  return connection;
}

test('an own client has one error and one end listener after connect, and none after end', async () => {
  const connection = await connected();
  expect(connection.connected).toBe(true);
  expect(connection.redis.listenerCount('error')).toBe(1);
  expect(connection.redis.listenerCount('end')).toBe(1);
  connection.end();
  expect(connection.redis.listenerCount('error')).toBe(0);
  expect(connection.redis.listenerCount('end')).toBe(0);
  expect(connection.connected).toBe(false);
});

test('the test key does not stay', async () => {
  const connection = await connected();
  expect(await server.redis.get('resque:connection_test_key')).toBe('ok');
  expect(await server.redis.pttl('resque:connection_test_key')).toBeGreaterThan(0);
  connection.end();
});
