import { Connection } from '@reskue/core';
import { sendCommands } from '@reskue/core/protocol';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Hold } from './hold.js';

const server = redisServer();
let connection: Connection;

beforeEach(async () => {
  connection = new Connection(server.connection);
  await connection.connect();
});
afterEach(() => connection.end());

const hold = (more: object = {}): Hold => new Hold({ connection, key: 'lock', ttlMs: 60_000, ...more });
const release = async (held: Hold): Promise<void> => sendCommands({ connection }, await held.release());

test('one holder at a time', async () => {
  const [one, other] = [hold(), hold()];
  expect(await one.take()).toBe(true);
  expect(await other.take()).toBe(false);
  await release(other);
  expect(await server.redis.exists('lock')).toBe(1);
  await release(one);
  expect(await server.redis.exists('lock')).toBe(0);
  expect(await other.take()).toBe(true);
});

test('released while it is being taken, it is not left behind, nor renewed', async () => {
  const held = hold();
  const timer = vi.spyOn(globalThis, 'setInterval');
  const taking = held.take();
  await release(held);
  expect(await taking).toBe(true);
  held.keep(() => {});
  expect(timer).not.toHaveBeenCalled();
  timer.mockRestore();
  expect(await server.redis.exists('lock')).toBe(0);
});

test('a take that was not answered is undone as far as it went', async () => {
  const held = hold();
  const run = vi.spyOn(connection, 'run').mockImplementationOnce(async (...call) => {
    await connection.run(...call);
    throw new Error('no reply');
  });
  await expect(held.take()).rejects.toThrow('no reply');
  run.mockRestore();
  expect(await server.redis.exists('lock')).toBe(1);
  await release(held);
  expect(await server.redis.exists('lock')).toBe(0);
});

test('renewed again and again it outlives its time, and an outage of one beat', async () => {
  const held = hold({ ttlMs: 300 });
  await held.take();
  const beats = vi.spyOn(connection, 'run').mockRejectedValueOnce(new Error('no reply'));
  held.keep(() => expect.unreachable());
  await until(() => beats.mock.calls.length >= 6);
  expect(await server.redis.exists('lock')).toBe(1);
  await release(held);
});

test('a lock that is gone is told once', async () => {
  const held = hold({ ttlMs: 60 });
  await held.take();
  await server.redis.del('lock');
  let lost = 0;
  const beats = vi.spyOn(connection, 'run');
  held.keep(() => (lost += 1));
  await until(() => lost > 0);
  expect(beats).toHaveBeenCalledTimes(1);
  await release(held);
  expect(lost).toBe(1);
});

test('a lock is no reason for the process to live on', async () => {
  const held = hold();
  await held.take();
  const timer = vi.spyOn(globalThis, 'setInterval');
  held.keep(() => {});
  // The spy gives what Node gave.
  expect((timer.mock.results[0]?.value as NodeJS.Timeout).hasRef()).toBe(false);
  timer.mockRestore();
  await release(held);
});

describe('under a lease', () => {
  const leaseId = '1@host:0';
  beforeEach(() => server.redis.zadd(connection.keys.leases, Date.now() + 60_000, leaseId));

  test('a lock whose job has ended here goes to the next one, settled or not', async () => {
    const [one, early, late] = [hold({ leaseId }), hold({ leaseId }), hold({ leaseId })];
    expect(await one.take()).toBe(true);
    expect(await early.take()).toBe(false);
    const [settling] = await one.release();
    expect(await late.take()).toBe(true);
    // What the settlement of the first gives back is not the lock of the other one.
    const value = await server.redis.get('lock');
    expect(settling).toMatchObject({ command: 'unlock', args: [one.number] });
    expect(value).toMatch(new RegExp(`${late.number}$`));
    expect(await late.release()).toMatchObject([{ command: 'unlock', args: [late.number] }]);
    expect(await server.redis.hgetall(connection.keys.leaseLocks(leaseId))).toEqual({
      [one.number]: 'lock',
      [late.number]: 'lock',
    });
  });

  test('one that is being taken over another connection is not taken for one whose job has ended', async () => {
    const second = new Connection(server.connection);
    await second.connect();
    const [one, other] = [hold({ leaseId }), hold({ leaseId, connection: second })];
    let answer = (): void => {};
    const run = vi.spyOn(connection, 'run').mockImplementationOnce(async (...call) => {
      const reply: unknown = await connection.run(...call);
      await new Promise<void>((resolve) => (answer = resolve));
      return reply;
    });
    const taking = one.take();
    await until(() => server.redis.exists('lock'));
    expect(await other.take()).toBe(false);
    answer();
    expect(await taking).toBe(true);
    run.mockRestore();
    second.end();
  });

  test('a lock of another lease is left alone', async () => {
    await server.redis.zadd(connection.keys.leases, Date.now() + 60_000, 'another');
    const foreign = hold({ leaseId: 'another' });
    expect(await foreign.take()).toBe(true);
    await foreign.release();
    expect(await hold({ leaseId }).take()).toBe(false);
  });
});
