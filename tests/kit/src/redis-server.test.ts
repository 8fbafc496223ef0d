import { expect, test } from 'vitest';
import { redisServer } from './redis-server.js';

const kit = redisServer({ appendonly: 'always' });

test('a test finds the server of its file', async () => {
  await kit.redis.set('left', 'over');
  expect(await kit.client().get('left')).toBe('over');
});

test('each test finds it empty', async () => {
  expect(await kit.redis.dbsize()).toBe(0);
});

test('the raw client is back after a restart', async () => {
  await kit.redis.set('kept', 'yes');
  const { pid } = kit.server;
  await kit.restart();
  expect(kit.server.pid).not.toBe(pid);
  expect(await kit.redis.get('kept')).toBe('yes');
});
