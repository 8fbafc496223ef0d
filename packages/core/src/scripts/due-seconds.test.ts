import { expect, test } from 'vitest';
import { redisServer } from '@reskue/testkit';
import { createKeys, dueMember } from '../keys/keys.js';
import { dueSeconds } from './due-seconds.js';
import { runScript } from './run-script.js';

const server = redisServer();
const keys = createKeys('test');
const look = (now: number, skip = 0, limit = 100) =>
  runScript(server.redis, dueSeconds, keys, { skip, limit, now });

test('without delayed jobs nothing is due and nothing comes', async () => {
  expect(await look(5_000)).toEqual({ status: 'seconds', nowMs: 5_000, nextMs: null, begun: [], timed: [] });
});

test('a second that a neighbour wrote has begun at its first millisecond', async () => {
  await server.redis.zadd(keys.schedule, 2, '2', 3, '3');
  expect(await look(1_999)).toMatchObject({ begun: [], nextMs: 2_000 });
  expect(await look(2_000)).toMatchObject({ begun: ['2'], nextMs: 3_000 });
  expect(await look(3_500)).toMatchObject({ begun: ['2', '3'], nextMs: null });
});

test('an exact time comes before or after its second begins', async () => {
  await server.redis.zadd(keys.schedule, 2, '2');
  await server.redis.zadd(keys.due, 1_600, dueMember(2, '{"a":1}'), 2_400, dueMember(2, '{"a":2}'));
  expect(await look(1_599)).toMatchObject({ begun: [], timed: [], nextMs: 1_600 });
  expect(await look(1_600)).toMatchObject({ begun: [], timed: ['2'], nextMs: 2_000 });
  expect(await look(2_000)).toMatchObject({ begun: ['2'], timed: ['2'], nextMs: 2_400 });
});

test('each second is told once, and not more of them than asked for', async () => {
  for (let second = 1; second <= 5; second += 1) {
    await server.redis.zadd(keys.schedule, second, String(second));
    for (const payload of ['a', 'b'])
      await server.redis.zadd(keys.due, second * 1_000, dueMember(second, payload));
  }
  expect(await look(9_000, 0, 4)).toMatchObject({ begun: ['1', '2', '3', '4'], timed: ['1', '2'] });
  expect(await look(9_000, 4, 4)).toMatchObject({ begun: ['5'] });
});

test("the server's clock is told in whole milliseconds", async () => {
  const { nowMs } = await runScript(server.redis, dueSeconds, keys, { skip: 0, limit: 1, now: '' });
  expect(Math.abs(nowMs - Date.now())).toBeLessThan(5_000);
  expect(Number.isInteger(nowMs)).toBe(true);
});
