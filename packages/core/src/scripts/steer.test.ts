import { expect, test } from 'vitest';
import { Connection } from '../connection/connection.js';
import type { LeaseOrder } from '../recovery/lease-order.js';
import { reapLease } from '../recovery/reap-lease.js';
import { renew } from './renew.js';
import { runScript } from './run-script.js';
import { scriptBench } from './script-bench.test-kit.js';
import { steer } from './steer.js';
import { unregister } from './unregister.js';

const bench = scriptBench();
const { keys } = bench;
const lease = keys.lease('L');
const tell = (order: LeaseOrder, now: number | '' = '') =>
  runScript(bench.server.redis, steer, { leases: keys.leases, lease }, { id: 'L', order, now });
const heard = async (): Promise<LeaseOrder | undefined> => {
  const operands = { ...keys, lease, looked: keys.leasesLooked };
  const args = { id: 'L', leaseMs: 10_000, now: '' } as const;
  const reply = await runScript(bench.server.redis, renew, operands, args);
  return reply.status === 'renewed' ? reply.order : undefined;
};

test('a process hears with its renewal what it was told last', async () => {
  await bench.register('L', ['h:1:q']);
  expect(await heard()).toBe('');
  expect(await tell('quiet')).toEqual({ status: 'told', before: '' });
  expect(await heard()).toBe('quiet');
  expect(await tell('quiet')).toEqual({ status: 'told', before: 'quiet' });
  expect(await tell('')).toEqual({ status: 'told', before: 'quiet' });
  expect(await heard()).toBe('');
  expect(await bench.server.redis.hexists(lease, 'control')).toBe(0);
});

test('an order to stop is not taken back', async () => {
  await bench.register('L', ['h:1:q']);
  await tell('quiet');
  expect(await tell('stop')).toEqual({ status: 'told', before: 'quiet' });
  expect(await tell('')).toEqual({ status: 'stopping' });
  expect(await tell('quiet')).toEqual({ status: 'stopping' });
  expect(await tell('stop')).toEqual({ status: 'told', before: 'stop' });
  expect(await heard()).toBe('stop');
});

test('a word of a later version is passed over', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.server.redis.hset(lease, 'control', 'dance');
  expect(await heard()).toBe('');
});

test('whose lease has run out is told nothing, and nothing is left', async () => {
  expect(await tell('stop')).toEqual({ status: 'gone' });
  await bench.register('L', ['h:1:q'], 1_000_000);
  expect(await tell('stop', 1_010_001)).toEqual({ status: 'gone' });
  expect(await bench.server.redis.hexists(lease, 'control')).toBe(0);
  expect(await tell('stop', 1_010_000)).toEqual({ status: 'told', before: '' });
});

test('the order goes with the last worker, and is no worker itself', async () => {
  await bench.register('L', ['h:1:q', 'h:2:q']);
  await tell('quiet');
  for (const [worker, left] of [
    ['h:1:q', 2],
    ['h:2:q', 0],
  ] as const) {
    await runScript(
      bench.server.redis,
      unregister,
      { ...keys, lease, ahead: keys.leaseAhead('L') },
      { id: 'L' },
      {
        keys: ['record', 'started', 'ping', 'processed', 'failed'].map((name) => `test:${name}`),
        args: [worker],
      },
    );
    expect(await bench.server.redis.exists(keys.leases, lease)).toBe(left);
  }
});

test('a lease with an order is reaped as any other', async () => {
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', '{"class":"A","args":[]}');
  await bench.cycle('L', [{}]);
  await tell('quiet');
  await bench.server.redis.zadd(keys.leases, 1, 'L');
  const connection = new Connection({ ...bench.server.connection, namespace: 'test' });
  await connection.connect();
  const reaped = await reapLease(connection, 'L').finally(() => connection.end());
  expect(reaped).toEqual({ status: 'reaped', requeued: 1, failed: 0 });
  expect(await bench.server.redis.exists(keys.leases, lease, keys.workers)).toBe(0);
});
