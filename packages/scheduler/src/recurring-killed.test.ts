import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { childProcesses } from './child-process.test-kit.js';
import { schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

const start = childProcesses(`
import { Scheduler } from '@reskue/scheduler';
const scheduler = new Scheduler({ connection: { path: process.env.SOCKET }, name: process.env.NAME, timeout: 100 });
scheduler.on('leader', () => scheduler.connection.client.set('pid', process.pid));
scheduler.on('error', (error) => { console.error(error); process.exit(1); });
await scheduler.connect();
await scheduler.start();
`);

/** The ticks by the marks of a schedule's jobs. */
const ticksIn = (jobs: string[]): number[] => jobs.map((job) => Number(/@(\d+)"\}$/.exec(job)?.[1]));

test(
  'leaders killed with -9 around their ticks: each tick has brought one job, and none was left out',
  { timeout: 90_000 },
  async () => {
    const { redis, socket } = bench.server;
    const names = Array.from({ length: 30 }, (_, n) => `s${n}`);
    const keeper = await bench.scheduler({ name: 'keeper:1' });
    for (const [n, name] of names.entries()) {
      // Some by way of the delayed jobs, all with the mark of their tick.
      const jitter = n % 3 === 0 ? 200 : 1;
      await keeper.schedule(name, { cron: '* * * * * *', queue: name, class: 'Echo', jitter });
    }
    const since = Object.fromEntries(
      Object.entries(await redis.hgetall(keys.schedulesFired)).map(([name, at]) => [name, Number(at)]),
    );
    // The first five come back under their name, as a container that was restarted; the last has to wait for the lead.
    for (const afterTickMs of [0, 1, 2, 4, 8, 15]) {
      const child = await start({ SOCKET: socket, NAME: 'child:1' });
      const pid = Number(await until(() => redis.getdel('pid'), { timeoutMs: 20_000 }));
      expect(pid).toBe(child.pid);
      const before = await redis.llen(keys.queue('s1'));
      await until(async () => (await redis.llen(keys.queue('s1'))) > before);
      const [, micros] = await redis.time();
      await pause(1_000 - Number(micros) / 1_000 + afterTickMs);
      child.kill('SIGKILL');
      await until(() => child.signalCode === 'SIGKILL');
    }
    const survivor = await bench.scheduler({ name: 'other:1', timeout: 1_000 });
    const startedAt = performance.now();
    await survivor.start();
    await until(() => survivor.leader, { timeoutMs: 20_000 });
    expect(performance.now() - startedAt).toBeLessThan(16_000);
    await survivor.poll();
    for (const name of names) await survivor.pause(name);
    await until(async () => (await redis.zcard(keys.due)) === 0);
    const last = await redis.hgetall(keys.schedulesFired);
    for (const name of names) {
      const ticks = ticksIn(await redis.lrange(keys.queue(name), 0, -1)).sort((one, other) => one - other);
      const first = Math.floor(since[name]! / 1_000) * 1_000 + 1_000;
      const expected = Array.from(
        { length: (Number(last[name]) - first) / 1_000 + 1 },
        (_, n) => first + n * 1_000,
      );
      expect(ticks, name).toEqual(expected);
    }
    expect(Object.values(last).every((at) => Number(at) - Object.values(since)[0]! > 12_000)).toBe(true);
  },
);
