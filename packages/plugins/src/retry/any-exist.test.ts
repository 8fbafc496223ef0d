import { Connection } from '@reskue/core';
import { redisServer } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anyExist } from './any-exist.js';

const asking = (keys: string[], allKeys = keys) => ({ keys, sign: 'sign', allKeys });

const server = redisServer();
let connection: Connection;

beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
});
afterEach(() => connection.end());

test('where none of all keys is there, one command answers all questions', async () => {
  const sent = vi.spyOn(connection.client, 'sendCommand');
  const questions = Array.from({ length: 100 }, (_, at) =>
    anyExist(connection, asking([`a ${at}`, `b ${at}`])),
  );
  expect(new Set(await Promise.all(questions))).toEqual(new Set([false]));
  expect(sent).toHaveBeenCalledTimes(1);
});

test('where one is there, each question has its own answer', async () => {
  await server.redis.set('b', '1');
  const questions = [['a'], ['a', 'b'], ['c'], ['b']].map((keys) => anyExist(connection, asking(keys)));
  expect(await Promise.all(questions)).toEqual([false, true, false, true]);
});

test('what is there under a sign only is looked for as long as that is there', async () => {
  await server.redis.set('own', '1');
  const ask = () =>
    Promise.all([
      anyExist(connection, asking(['a'], ['a', 'own'])),
      anyExist(connection, asking(['b'], ['b', 'other'])),
    ]);
  expect(await ask()).toEqual([false, false]);
  await server.redis.set('sign', '1');
  expect(await ask()).toEqual([true, false]);
  await server.redis.del('own');
  expect(await ask()).toEqual([false, false]);
});

test('a client that takes no commands of ours is asked by its own', async () => {
  const redis = server.client({ keyPrefix: 'app:' });
  const prefixed = new Connection({ redis });
  await prefixed.connect();
  await server.redis.set('app:a', '1');
  expect(await anyExist(prefixed, asking(['a']))).toBe(true);
  expect(await anyExist(prefixed, asking(['b']))).toBe(false);
  prefixed.end();
});

test('whoever asked hears that Redis does not answer', async () => {
  connection.client.disconnect();
  await vi.waitFor(() => expect(connection.client.status).toBe('end'));
  const ends = await Promise.allSettled([
    anyExist(connection, asking(['a'])),
    anyExist(connection, asking(['b'])),
  ]);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
