import { expect, test } from 'vitest';
import { redisServer } from './redis-server.js';
import { strangers } from './strangers.js';
import { until } from './until.js';

const kit = redisServer();

test('a connection that was left open is named, the own one is not', async () => {
  const left = kit.client({ connectionName: 'left-open' });
  await left.ping();
  expect(await strangers(kit.redis, 'testkit')).toEqual([expect.stringContaining(' name=left-open ')]);
  left.disconnect();
  await until(async () => (await strangers(kit.redis, 'testkit')).length === 0);
});
