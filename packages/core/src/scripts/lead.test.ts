import { expect, test } from 'vitest';
import { redisServer, until } from '@reskue/testkit';
import { createKeys } from '../keys/keys.js';
import { lead } from './lead.js';
import { resign } from './resign.js';
import { runScript } from './run-script.js';

const server = redisServer();
const keys = createKeys('test');
const locks = [keys.leaderLock, keys.rubyMasterLock, keys.v4MasterLock];
const leadAs = (name: string, aliveMs = 9_000) =>
  runScript(server.redis, lead, keys, { name, seconds: 180, aliveMs });

test('the holder of the leader lock gets all locks, each with its expiry', async () => {
  await server.redis.set(keys.leaderLock, 'a:1');
  expect(await leadAs('a:1')).toEqual({ status: 'leading' });
  expect(await server.redis.mget(locks)).toEqual(['a:1', 'a:1', 'a:1']);
  expect(await Promise.all(locks.map((lock) => server.redis.ttl(lock)))).toEqual([180, 180, 180]);
});

test('a lease of the locks is renewed', async () => {
  await server.redis.set(keys.leaderLock, 'a:1');
  await leadAs('a:1');
  await Promise.all(locks.map((lock) => server.redis.expire(lock, 5)));
  await leadAs('a:1');
  expect(await Promise.all(locks.map((lock) => server.redis.ttl(lock)))).toEqual([180, 180, 180]);
});

test.each([
  ['Ruby', keys.rubyMasterLock],
  ['node-resque 4', keys.v4MasterLock],
])('while %s leads, no lock of ours stays', async (_, lock) => {
  await server.redis.set(keys.leaderLock, 'a:1');
  await server.redis.set(lock, 'ruby.host:7');
  expect(await leadAs('a:1')).toEqual({ status: 'held', owner: 'ruby.host:7' });
  expect(await server.redis.keys('*')).toEqual([lock]);
});

test("a leader whose lock lapsed or went to another is told so and keeps none of Ruby's", async () => {
  await server.redis.set(keys.rubyMasterLock, 'a:1');
  expect(await leadAs('a:1')).toEqual({ status: 'held', owner: '' });
  await server.redis.set(keys.leaderLock, 'b:2');
  expect(await leadAs('a:1')).toEqual({ status: 'held', owner: 'b:2' });
  expect(await server.redis.keys('*')).toEqual([keys.leaderLock]);
});

test('resigning removes our locks and nobody else’s', async () => {
  await server.redis.mset(keys.leaderLock, 'b:2', keys.rubyMasterLock, 'a:1', keys.v4MasterLock, 'a:1');
  expect(await runScript(server.redis, resign, keys, { name: 'a:1' })).toEqual({
    status: 'resigned',
    count: 2,
  });
  expect(await server.redis.keys('*')).toEqual([keys.leaderLock]);
});

test('the locks of a leader of ours that gives no sign of life are taken over, well before they expire', async () => {
  await server.redis.set(keys.leaderLock, 'a:1');
  await leadAs('a:1', 1);
  await until(async () => (await leadAs('b:2')).status === 'leading');
  expect(await server.redis.mget(locks)).toEqual(['b:2', 'b:2', 'b:2']);
  expect(await leadAs('a:1')).toEqual({ status: 'held', owner: 'b:2' });
});

test('one that gives signs of life, and a neighbour, who gives none, keep their locks', async () => {
  await server.redis.set(keys.leaderLock, 'a:1');
  await leadAs('a:1');
  expect(await leadAs('b:2')).toEqual({ status: 'held', owner: 'a:1' });
  await server.redis.set(keys.leaderLock, 'node.host:7');
  await server.redis.set(keys.leader, '1 a:1');
  expect(await leadAs('b:2')).toEqual({ status: 'held', owner: 'node.host:7' });
  await server.redis.del(keys.leader);
  expect(await leadAs('b:2')).toEqual({ status: 'held', owner: 'node.host:7' });
});
