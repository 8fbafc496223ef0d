import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';
import type { Verdict } from '../rig/verdict.js';

const jobs = 1_500;
const restarts = 10;
/** With `everysec`, what is younger than this may die with Redis; twice the second, as Redis's own documents say. */
const everysecMs = 2_000;

test.concurrent(
  'restarts of a Redis that keeps every write: nothing is lost, nothing runs twice',
  async () => {
    await using scene = await Scene.open({ appendonly: 'always' });
    const { verdict, resumptions } = await restartUnderLoad(scene);
    tell('appendonly always', verdict, resumptions);
    expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [], failed: jobs / 50 });
    expect(verdict.settled).toBe(jobs);
    expect(scene.ledger.jobs('rejected')).toEqual(new Set());
  },
);

test.concurrent(
  'restarts with appendfsync everysec: only what was younger than two seconds may suffer',
  async () => {
    await using scene = await Scene.open({ appendonly: 'everysec' });
    const { verdict, resumptions, kills } = await restartUnderLoad(scene);
    tell('appendonly everysec', verdict, resumptions);
    const young = new Set(
      scene.ledger
        .read()
        .filter(({ at }) => kills.some((killedAt) => at <= killedAt && at >= killedAt - everysecMs))
        .map(({ job }) => job),
    );
    const old = (names: string[]): string[] => names.filter((job) => !young.has(job));
    expect({ jobs: verdict.jobs, stuck: verdict.stuck }).toEqual({ jobs, stuck: [] });
    expect({ lost: old(verdict.lost), twice: old(verdict.twiceForNothing) }).toEqual({ lost: [], twice: [] });
  },
);

/** Ten restarts while jobs are stored and worked: from each, ms until a job runs again; and when Redis was killed. */
async function restartUnderLoad(
  scene: Scene,
): Promise<{ verdict: Verdict; resumptions: number[]; kills: number[] }> {
  const producer = await scene.producer();
  await scene.worker(4);
  await scene.worker(4);
  await scene.scheduler({ timeout: 500, leaderLockTimeout: 2 });
  const work = scene.ids(jobs).map((id, index) => ({
    id,
    kind: index % 50 === 0 ? 'fail' : 'succeed',
    args: [100],
    ...(index % 5 === 0 && { delayMs: 10 * index }),
  }));
  const stored = producer.tell('enqueue', { name: 'producer', work, parallel: 2 });
  const resumptions: number[] = [];
  const kills: number[] = [];
  for (let count = 0; count < restarts; count += 1) {
    await pause(500 + Math.random() * 500);
    // Half of them die, half are shut down in good order.
    if (count % 2 === 0) {
      kills.push(Date.now());
      await scene.server.kill();
      await pause(300);
    }
    await scene.server.restart();
    const backAt = Date.now();
    const resumed = await until(
      () => scene.ledger.read().find(({ what, at }) => what === 'started' && at >= backAt),
      { timeoutMs: 15_000 },
    );
    resumptions.push(resumed.at - backAt);
  }
  await stored;
  const verdict = await scene.ended(60_000);
  expect(scene.crashes()).toEqual([]);
  expect(Math.max(...resumptions)).toBeLessThanOrEqual(5_000);
  return { verdict, resumptions, kills };
}

function tell(how: string, verdict: Verdict, recoveries: number[]): void {
  report({
    fault: `restart of Redis, half by kill -9, ${how} (time: until jobs run again)`,
    count: restarts,
    jobs: verdict.jobs,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    twice: verdict.twiceForNothing.length,
    reason: 'Redis had not kept their end',
    recoveries,
  });
}
