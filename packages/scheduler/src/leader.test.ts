import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;
const locks = [keys.leaderLock, keys.rubyMasterLock, keys.v4MasterLock];

test('a second scheduler follows, and takes over within two timeouts after the first has ended', async () => {
  const first = await bench.scheduler({ name: 'first:1' });
  const second = await bench.scheduler({ name: 'second:2' });
  await first.start();
  await once(first, 'leader');
  await second.start();
  await until(async () => (await bench.server.redis.info('commandstats')).includes('cmdstat_evalsha'));
  expect([first.leader, second.leader]).toEqual([true, false]);
  await first.end();
  const endedAt = performance.now();
  await once(second, 'leader');
  expect(performance.now() - endedAt).toBeLessThan(400);
  expect([first.leader, second.leader]).toEqual([false, true]);
  expect(await bench.server.redis.mget(locks)).toEqual(['second:2', 'second:2', 'second:2']);
});

test('a follower promotes nothing and emits no poll', async () => {
  await bench.server.redis.set(keys.leaderLock, 'other:1');
  const scheduler = await bench.scheduler();
  scheduler.on('poll', () => expect.unreachable());
  await bench.delayAsNeighbour(10, nodePayload('add'));
  await scheduler.poll();
  expect(scheduler.leader).toBe(false);
  expect(await bench.server.redis.llen(keys.bucket(10))).toBe(1);
});

test("while Ruby's scheduler leads we do not, and keep no lock", async () => {
  await bench.server.redis.set(keys.rubyMasterLock, 'ruby.host:7', 'EX', 180);
  const scheduler = await bench.scheduler({ name: 'ours:1' });
  await scheduler.poll();
  expect(scheduler.leader).toBe(false);
  expect(await bench.server.redis.mget(locks)).toEqual([null, 'ruby.host:7', null]);
  await bench.server.redis.del(keys.rubyMasterLock);
  await scheduler.poll();
  expect(scheduler.leader).toBe(true);
});

test('the locks of another are not removed by our end', async () => {
  const scheduler = await bench.scheduler({ name: 'ours:1' });
  await scheduler.poll();
  await bench.server.redis.mset(keys.leaderLock, 'other:2', keys.rubyMasterLock, 'other:2');
  await scheduler.end();
  expect(await bench.server.redis.mget(locks)).toEqual(['other:2', 'other:2', null]);
});

test('a restarted scheduler of the same name leads at once', async () => {
  await bench.server.redis.set(keys.leaderLock, 'host:1', 'EX', 180);
  const scheduler = await bench.scheduler({ name: 'host:1' });
  await scheduler.poll();
  expect(scheduler.leader).toBe(true);
});

test('the error of the attempt to lead is the first error event, and the scheduler goes on', async () => {
  const scheduler = await bench.scheduler();
  scheduler.on('poll', () => expect.unreachable());
  const { redis } = scheduler.connection;
  const original = redis.set.bind(redis);
  redis.set = () => {
    throw new Error('no lock today');
  };
  await scheduler.start();
  const [error] = await once(scheduler, 'error');
  expect(error).toMatchObject({ message: 'no lock today' });
  expect(scheduler.leader).toBe(false);
  scheduler.removeAllListeners('poll');
  redis.set = original;
  await once(scheduler, 'leader');
});

test('a leader that was paused beyond its lock notices before its next batch', async () => {
  const scheduler = await bench.scheduler({ name: 'ours:1', leaderLockTimeout: 1 });
  const promoted: number[] = [];
  scheduler.on('transferredJob', (second) => {
    promoted.push(second);
    // What a stopped process does, while another one takes the lapsed lock: nothing.
    sleepBlocking(1_100);
    commandBlocking(`SET ${keys.leaderLock} other:2`);
  });
  await bench.delayAsNeighbour(10, nodePayload('add', 1));
  await bench.delayAsNeighbour(11, nodePayload('add', 2));
  await scheduler.poll();
  expect(promoted).toEqual([10]);
  expect(scheduler.leader).toBe(false);
  expect(await bench.server.redis.mget(locks)).toEqual(['other:2', null, null]);
});

test('a lock is renewed while a hook takes longer than it lives', async () => {
  class Slow {
    name = 'Slow';
    async beforeEnqueue(): Promise<void> {
      await until(async () => (await bench.server.redis.get('now')) === 'go');
    }
  }
  const scheduler = await bench.scheduler(
    { name: 'ours:1', leaderLockTimeout: 1 },
    { slow: { plugins: [Slow], perform: () => null } },
  );
  await bench.delayAsNeighbour(10, nodePayload('slow'));
  const polled = scheduler.poll();
  await until(() => bench.server.redis.exists(keys.leaderLock));
  await bench.server.redis.set('started', '1', 'PX', 1_600);
  await until(async () => (await bench.server.redis.exists('started')) === 0);
  expect(await bench.server.redis.get(keys.leaderLock)).toBe('ours:1');
  await bench.server.redis.set('now', 'go');
  await polled;
  expect(await bench.server.redis.llen(keys.queue('math'))).toBe(1);
});

function sleepBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Sends one command from another process, while this one stands still. */
function commandBlocking(command: string): void {
  const script = `const s = require('net').connect(process.argv[1], () => s.write(process.argv[2] + '\\r\\n')); s.once('data', () => s.end())`;
  execFileSync(process.execPath, ['-e', script, bench.server.socket, command]);
}
