import { Connection } from '@reskue/core';
import { redisServer } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anyExist } from './any-exist.js';

const server = redisServer();
let connection: Connection;

beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
});
afterEach(() => connection.end());

test('where none of all keys is there, one command answers all questions', async () => {
  const exists = vi.spyOn(connection.client, 'exists');
  const questions = Array.from({ length: 100 }, (_, at) => anyExist(connection, [`a ${at}`, `b ${at}`]));
  expect(new Set(await Promise.all(questions))).toEqual(new Set([false]));
  expect(exists).toHaveBeenCalledTimes(1);
});

test('where one is there, each question has its own answer', async () => {
  await server.redis.set('b', '1');
  const questions = [['a'], ['a', 'b'], ['c'], ['b']].map((keys) => anyExist(connection, keys));
  expect(await Promise.all(questions)).toEqual([false, true, false, true]);
});

test('whoever asked hears that Redis does not answer', async () => {
  connection.client.disconnect();
  await vi.waitFor(() => expect(connection.client.status).toBe('end'));
  const ends = await Promise.allSettled([anyExist(connection, ['a']), anyExist(connection, ['b'])]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
