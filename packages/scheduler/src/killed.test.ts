import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { childProcesses } from './child-process.test-kit.js';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

/** A hook for every other job, so that both ways of promoting are in progress when the process dies. */
const start = childProcesses(`
import { Scheduler } from '@reskue/scheduler';
class Counts { name = 'Counts'; constructor(host) { this.host = host; }
  async beforeEnqueue() { await this.host.connection.client.incr('hooks'); } }
const jobs = { hooked: { plugins: [Counts], perform: () => null } };
const scheduler = new Scheduler({ connection: { path: process.env.SOCKET }, name: 'child:1', timeout: 100 }, jobs);
await scheduler.connect();
const waiting = scheduler.connection.duplicate();
await waiting.blpop('go', 0);
await scheduler.connection.client.set('pid', process.pid);
await scheduler.start();
`);

test(
  'a scheduler killed with -9 in the middle of promoting loses no job and doubles none',
  { timeout: 60_000 },
  async () => {
    const jobs = 4_000;
    const payloads = Array.from({ length: jobs }, (_, n) =>
      nodePayload(n % 10 === 0 ? 'hooked' : 'plain', n),
    );
    for (let second = 0; second < 200; second += 1) {
      await bench.delayAsNeighbour(second + 1, ...payloads.slice(second * 20, second * 20 + 20));
    }
    const length = (): Promise<number> => bench.server.redis.llen(keys.queue('math'));
    const targets = [300, 1_200, 2_100, 3_000];
    const children = await Promise.all(targets.map(() => start({ SOCKET: bench.server.socket })));
    for (const target of targets) {
      await bench.server.redis.rpush('go', 1);
      const pid = Number(await until(() => bench.server.redis.getdel('pid'), { timeoutMs: 20_000 }));
      await until(async () => (await length()) >= target);
      process.kill(pid, 'SIGKILL');
      await until(() => children.some((child) => child.pid === pid && child.signalCode === 'SIGKILL'));
      expect(await length(), 'killed in the middle').toBeLessThan(jobs);
    }
    // Under the same name, as a container that was restarted: it need not wait for the lock of the dead to lapse.
    const survivor = await bench.scheduler({ name: 'child:1' });
    await survivor.poll();
    const queued = await bench.server.redis.lrange(keys.queue('math'), 0, -1);
    expect(queued.length).toBe(jobs);
    expect(new Set(queued)).toEqual(new Set(payloads));
    expect(await bench.server.redis.exists(keys.schedule)).toBe(0);
  },
);
