import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Actor } from '../rig/actor.js';
import { report } from '../rig/report.js';
import { Scene, type Work } from '../rig/scene.js';

interface Trouble {
  fault: string;
  count: number;
  jobs: number;
  strike: (scene: Scene) => Promise<unknown>;
  options?: object;
  /** Redis refuses commands meanwhile, and would refuse to store jobs, too: they are all there before. */
  refuses?: true;
}

const times = async (count: number, pauseMs: number, act: () => Promise<unknown>): Promise<void> => {
  for (let done = 0; done < count; done += 1) {
    await pause(pauseMs);
    await act();
  }
};

const others = ['TYPE', 'normal', 'SKIPME', 'yes'];

const troubles: Trouble[] = [
  {
    fault: 'SCRIPT FLUSH',
    count: 20,
    jobs: 400,
    strike: ({ redis }) => times(20, 100, () => redis.script('FLUSH')),
  },
  {
    fault: 'CLIENT KILL of every connection',
    count: 20,
    jobs: 900,
    strike: ({ redis }) => times(20, 300, () => redis.call('CLIENT', 'KILL', ...others)),
  },
  {
    fault: 'CLIENT PAUSE of 5 s, lease of 2 s',
    count: 1,
    jobs: 200,
    options: { lease: 2_000 },
    strike: ({ redis }) => redis.call('CLIENT', 'PAUSE', '5000', 'ALL').then(() => pause(5_000)),
  },
  {
    fault: 'DEBUG SLEEP of 5 s, lease of 2 s',
    count: 1,
    jobs: 200,
    options: { lease: 2_000 },
    strike: ({ redis }) => redis.call('DEBUG', 'SLEEP', '5'),
  },
  {
    fault: 'Redis dead for 14 s, appendonly always, default lease',
    count: 1,
    jobs: 400,
    async strike({ server }) {
      await server.kill();
      await pause(14_000);
      await server.restart();
    },
  },
  {
    fault: 'SIGSTOP of Redis for 14 s, default lease',
    count: 1,
    jobs: 400,
    async strike({ server }) {
      process.kill(server.pid, 'SIGSTOP');
      await pause(14_000);
      process.kill(server.pid, 'SIGCONT');
    },
  },
  {
    fault: 'READONLY for 6 s, as after a failover',
    count: 1,
    jobs: 800,
    refuses: true,
    async strike({ redis }) {
      await redis.replicaof('127.0.0.1', 1);
      await pause(6_000);
      await redis.replicaof('NO', 'ONE');
    },
  },
  {
    fault: 'LOADING for some seconds',
    count: 1,
    jobs: 800,
    refuses: true,
    async strike({ redis }) {
      await redis.mset(
        Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`ballast:${index}`, ''])),
      );
      // Redis's own way to make its tests load slowly: microseconds a key, and a look at its clients between them.
      await redis.config('SET', 'key-load-delay', '10000', 'loading-process-events-interval-bytes', '1024');
      await redis.call('DEBUG', 'RELOAD');
      await redis.config('SET', 'key-load-delay', '0');
    },
  },
  {
    fault: 'NOAUTH for 6 s: a password that nobody knows',
    count: 1,
    jobs: 800,
    refuses: true,
    async strike({ redis }) {
      await redis.config('SET', 'requirepass', 'changed');
      await redis.call('CLIENT', 'KILL', ...others);
      await pause(6_000);
      await redis.config('SET', 'requirepass', '');
    },
  },
];

const mixed = (scene: Scene, count: number): Work[] =>
  scene.ids(count).map((id, index) => ({
    id,
    kind: (['succeed', 'retry', 'fail', 'locked', 'succeed'] as const)[index % 5]!,
    args: [50],
    ...(index % 5 === 4 && { delayMs: index }),
  }));

test.concurrent.each(troubles)('$fault: nothing is lost, nothing runs twice', async (trouble) => {
  const { fault, count, jobs, strike, options, refuses } = trouble;
  await using scene = await Scene.open({ appendonly: 'always', config: { 'enable-debug-command': 'yes' } });
  const producer: Actor = await scene.producer({ enqueueTimeout: 30_000 });
  await scene.worker(3, options);
  await scene.worker(3, options);
  await scene.scheduler({ timeout: 500, leaderLockTimeout: 2 });
  const work = mixed(scene, jobs);
  const stored = producer.tell('enqueue', { name: 'producer', work, parallel: refuses ? 50 : 2 });
  if (refuses) await stored;
  else await pause(300);
  await strike(scene);
  const overAt = Date.now();
  await stored;
  const verdict = await scene.ended(40_000);
  const next = scene.ledger.read().find(({ what, at }) => what === 'started' && at >= overAt);
  report({
    fault,
    count,
    jobs: verdict.jobs,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    twice: verdict.twiceForNothing.length,
    recoveries: next ? [next.at - overAt] : [],
  });
  expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [], failed: jobs / 5 });
  // Every fifth job ends twice: it is retried.
  expect(verdict.settled).toBe(jobs + jobs / 5);
  expect(scene.crashes()).toEqual([]);
  expect(scene.actors.flatMap(({ heard }) => heard.filter(({ event }) => event === 'leaseLost'))).toEqual([]);
  if (next) expect(next.at - overAt).toBeLessThanOrEqual(5_000);
});
