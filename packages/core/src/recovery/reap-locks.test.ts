import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connection } from '../connection/connection.js';
import { leaseMark } from '../locks/lock-value.js';
import { lock } from '../scripts/lock.js';
import { scriptBench } from '../scripts/script-bench.test-kit.js';
import { reapLease } from './reap-lease.js';

const bench = scriptBench();
const { keys } = bench;
const names = ['test:workerslock:add:q:[1]', 'another'];
let connection: Connection;

beforeEach(async () => {
  connection = new Connection({ ...bench.server.connection, namespace: 'test' });
  await connection.connect();
  await bench.register('L', ['h:1:q'], Date.now() - 60_000);
  for (const [place, name] of names.entries()) await take(name, 'L', place + 1);
});
afterEach(() => connection.end());

const take = (name: string, lease: string, first = 1): Promise<unknown> =>
  connection.run(
    lock,
    {
      lock: name,
      leaseLocks: keys.leaseLocks(lease),
      leases: keys.leases,
    },
    {
      name,
      lease,
      holders: leaseMark(lease),
      first,
      ttlMs: 60_000,
      lapses: '',
      over: '',
      now: '',
    },
  );

test('a killed process leaves no lock behind', async () => {
  expect(await reapLease(connection, 'L')).toMatchObject({ status: 'reaped' });
  const left = await bench.server.redis.keys('*');
  expect(left.sort()).toEqual(['test:connection_test_key', 'test:leases:looked']);
});

test('a lock that a neighbour took after it lapsed is left to him', async () => {
  await bench.server.redis.set(names[0]!, '1', 'EX', 100);
  await reapLease(connection, 'L');
  expect(await bench.server.redis.get(names[0]!)).toBe('1');
  expect(await bench.server.redis.exists(names[1]!)).toBe(0);
});

test('a lock that another process of ours took after it lapsed is left to it', async () => {
  await bench.server.redis.del(names[0]!);
  await bench.register('M', ['h:2:q']);
  await take(names[0]!, 'M');
  // The registration was a look after a standstill, and gave L one more term.
  await bench.server.redis.zadd(keys.leases, 1, 'L');
  await reapLease(connection, 'L');
  expect(await bench.server.redis.get(names[0]!)).toContain(`.${leaseMark('M')}`);
});
