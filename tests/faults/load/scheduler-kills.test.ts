import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import type { Actor } from '../rig/actor.js';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

interface Kills {
  fault: string;
  options: object;
  kills: number;
  jobs: number;
  /** Delayed over so many ms, so that there is something to promote all the time. */
  spreadMs: number;
  mostMs: number;
}

/** The process that leads, by the lock that it holds. */
async function leader(scene: Scene, schedulers: readonly Actor[]): Promise<Actor> {
  return until(
    async () => {
      const holder = await scene.redis.get('resque:resque_scheduler_leader_lock');
      return schedulers.find(({ pid }) => holder?.includes(`:${pid}:`));
    },
    { timeoutMs: 30_000 },
  );
}

test.concurrent.each<Kills>([
  {
    fault: 'kill -9 of the leading scheduler, locks of 1 s',
    options: { timeout: 500, leaderLockTimeout: 1 },
    kills: 20,
    jobs: 2_000,
    spreadMs: 20_000,
    mostMs: 4_000,
  },
  {
    fault: 'kill -9 of the leading scheduler, default options',
    options: {},
    kills: 3,
    jobs: 600,
    spreadMs: 30_000,
    mostMs: 15_000,
  },
])('$fault: every delayed job runs once', async ({ fault, options, kills, jobs, spreadMs, mostMs }) => {
  await using scene = await Scene.open();
  const producer = await scene.producer();
  await scene.worker(4);
  const schedulers: Actor[] = [await scene.scheduler(options), await scene.scheduler(options)];
  const work = scene.ids(jobs).map((id, index) => ({
    id,
    kind: index % 10 === 0 ? 'retry' : 'succeed',
    args: [0],
    delayMs: (spreadMs * index) / jobs,
  }));
  const stored = producer.tell('enqueue', { name: 'producer', work, parallel: 4 });
  const takeovers: number[] = [];
  for (let count = 0; count < kills; count += 1) {
    await pause(100 + Math.random() * 600);
    const victim = await leader(scene, schedulers);
    const killedAt = Date.now();
    scene.kill(victim);
    schedulers.splice(schedulers.indexOf(victim), 1);
    await leader(scene, schedulers);
    takeovers.push(Date.now() - killedAt);
    schedulers.push(await scene.scheduler(options));
  }
  await stored;
  const verdict = await scene.ended(60_000);
  const { lost, stuck } = verdict;
  report({
    fault: `${fault} (time: until another leads)`,
    count: kills,
    jobs: verdict.jobs,
    lost: lost.length,
    stuck: stuck.length,
    twice: verdict.twiceAfterBlow.length,
    recoveries: takeovers,
  });
  expect(verdict).toMatchObject({
    jobs,
    lost: [],
    stuck: [],
    twiceForNothing: [],
    twiceAfterBlow: [],
    failed: 0,
  });
  // Each retry is an end of its own.
  expect(verdict.settled).toBe(jobs + work.filter(({ kind }) => kind === 'retry').length);
  expect(scene.crashes()).toEqual([]);
  expect(Math.max(...takeovers)).toBeLessThanOrEqual(mostMs);
});
