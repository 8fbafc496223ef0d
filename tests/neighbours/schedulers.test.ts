import { describe, expect, test } from 'vitest';
import { bothWays, fleet, timeout, until } from './fleet.test-kit.js';

const all = fleet();

/** Delays so many jobs, all due, over some seconds. */
async function delay(count: number, seconds: number): Promise<void> {
  const begin = 1_700_000_000;
  const commands = all.server.redis.pipeline();
  for (let number = 0; number < count; number += 1) {
    const second = begin + (number % seconds);
    const payload = JSON.stringify({ class: 'add', queue: 'math', args: [number] });
    commands.rpush(`resque:delayed:${second}`, payload);
    commands.sadd(`resque:timestamps:${payload}`, `delayed:${second}`);
    commands.zadd('resque:delayed_queue_schedule', second, second);
  }
  await commands.exec();
}

const promoted = async (): Promise<number[]> => {
  const texts = await all.server.redis.lrange('resque:queue:math', 0, -1);
  // As delay() wrote them.
  return texts.map((text) => (JSON.parse(text) as { args: [number] }).args[0]).sort((one, two) => one - two);
};
const each = (count: number) => Array.from({ length: count }, (_, number) => number);

test.each([1, 2_000])(
  'two schedulers, one of each, promote 2,000 due jobs of %d seconds once each',
  async (seconds) => {
    await delay(2_000, seconds);
    const [theirs, ours] = [await all.scheduler('theirs'), await all.scheduler('ours')];
    await Promise.all([theirs.start(), ours.start()]);
    await until(async () => (await all.server.redis.zcard('resque:delayed_queue_schedule')) === 0, {
      timeoutMs: 12_000,
    });
    expect(await promoted()).toEqual(each(2_000));
    expect([theirs.leader, ours.leader].filter(Boolean)).toHaveLength(1);
  },
);

test('also while the lead changes from one to the other, again and again', async () => {
  await delay(2_000, 200);
  const [theirs, ours] = [await all.scheduler('theirs'), await all.scheduler('ours')];
  await Promise.all([theirs.start(), ours.start()]);
  // Somebody else takes the lock away: node-resque promotes on without noticing, and ours must not double anything.
  for (let turn = 0; turn < 10; turn += 1) {
    const before = await all.server.redis.llen('resque:queue:math');
    await until(async () => {
      const [now, left] = [
        await all.server.redis.llen('resque:queue:math'),
        await all.server.redis.zcard('resque:delayed_queue_schedule'),
      ];
      return now > before || left === 0;
    });
    await all.server.redis.del(
      'resque:resque_scheduler_leader_lock',
      'resque:resque:resque_scheduler_master_lock',
      'resque:resque_scheduler_master_lock',
    );
  }
  await until(async () => (await all.server.redis.zcard('resque:delayed_queue_schedule')) === 0, {
    timeoutMs: 12_000,
  });
  expect(await promoted()).toEqual(each(2_000));
});

describe.each(bothWays)('$one leads, and $other waits', ({ one, other }) => {
  test('then takes over within two turns of its end', async () => {
    const leader = await all.scheduler(one);
    await leader.start();
    await until(() => leader.leader);
    const successor = await all.scheduler(other);
    await successor.start();
    const queue = await all.queue(other);
    expect(await queue.leader()).toBe(one);
    await new Promise((resolve) => setTimeout(resolve, timeout * 3));
    expect(successor.leader).toBe(false);
    await leader.end();
    const endedAt = Date.now();
    await until(() => successor.leader);
    expect(Date.now() - endedAt).toBeLessThan(timeout * 2 + 200);
    expect(await queue.leader()).toBe(other);
  });
});

test('the lead of a node-resque 4 or a Ruby scheduler is left alone', async () => {
  for (const lock of ['resque:resque_scheduler_master_lock', 'resque:resque:resque_scheduler_master_lock']) {
    await all.server.redis.set(lock, 'somebody', 'EX', 180);
    await delay(1, 1);
    const scheduler = await all.scheduler('ours');
    await scheduler.poll();
    expect(scheduler.leader).toBe(false);
    expect(await promoted()).toEqual([]);
    // Nor does it keep node-resque's schedulers from what they would do.
    expect(await all.server.redis.get('resque:resque_scheduler_leader_lock')).toBeNull();
    await scheduler.end();
    expect(await all.server.redis.get(lock)).toBe('somebody');
    await all.server.redis.flushall();
  }
});
