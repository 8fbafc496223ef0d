import { Connection } from '@reskue/core';
import { redisServer } from '@reskue/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NodeLedger } from './node-ledger.js';

const server = redisServer();
let connection: Connection;

beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
});
afterEach(() => connection.end());

const ledger = (args: unknown[]) =>
  new NodeLedger(connection, { func: 'job', queue: 'q', args, argsText: JSON.stringify(args) });

test('without a failure there is nothing to forget', async () => {
  expect(await ledger([1]).isBegun()).toBe(false);
});

test('what a process reserved that died before it counted is there to be forgotten', async () => {
  expect(await ledger([1]).failuresBefore(new Error('boom'))).toBe(0);
  expect(await server.redis.exists('resque:failure-resque-retry:job:1')).toBe(1);
  expect(await ledger([1]).isBegun()).toBe(true);
  expect(await ledger([2]).isBegun()).toBe(false);
});

test('so is the counter of a job whose plain keys are another one’s', async () => {
  await ledger(['a', 'b']).failuresBefore(new Error('boom'));
  const alike = ledger(['a-b']);
  await alike.failuresBefore(new Error('boom'));
  for (const { command, keys, args } of alike.counted(new Error('boom'), 10))
    await connection.client.call(command, [...keys, ...args]);
  await server.redis.del('resque:failure-resque-retry:job:a-b');
  expect(await ledger(['a-b']).isBegun()).toBe(true);
});

test('a Redis that does not answer leaves it open, and then it is forgotten', async () => {
  connection.client.disconnect();
  expect(await ledger([1]).isBegun()).toBe(true);
});

test('what was asked when a short run began need not be asked again', async () => {
  await server.redis.set('resque:resque-retry:job:2', '0');
  const [fresh, tried] = [ledger([1]), ledger([2])];
  const sent = vi.spyOn(connection.client, 'sendCommand');
  fresh.begin();
  tried.begin();
  expect(await Promise.all([fresh.isBegun(), tried.isBegun()])).toEqual([false, true]);
  const asked = sent.mock.calls.length;
  expect(fresh.isBegun()).toBe(false);
  expect(sent).toHaveBeenCalledTimes(asked);
});

test('a long run is asked about at its end', async () => {
  const long = ledger([1]);
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  long.begin();
  expect(await long.isBegun()).toBe(false);
  await server.redis.set('resque:resque-retry:job:1', '0');
  expect(long.isBegun()).toBe(false);
  now.mockReturnValue(1_000);
  expect(await long.isBegun()).toBe(true);
  now.mockRestore();
});

test('a Redis that does not answer at the beginning leaves it open, too', async () => {
  connection.client.disconnect();
  const begun = ledger([1]);
  begun.begin();
  expect(await begun.isBegun()).toBe(true);
});
