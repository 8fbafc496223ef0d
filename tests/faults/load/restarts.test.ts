import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

const jobs = 1_500;
const restarts = 10;

test('restarts of a Redis that keeps every write: nothing is lost, nothing runs twice', async () => {
  await using scene = await Scene.open({ appendonly: 'always' });
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
  for (let count = 0; count < restarts; count += 1) {
    await pause(500 + Math.random() * 500);
    // Half of them die, half are shut down in good order.
    if (count % 2 === 0) {
      await scene.server.kill();
      await pause(300);
    }
    await scene.server.restart();
    const backAt = Date.now();
    const resumed = await until(
      () => scene.ledger.read().find(({ what, at }) => what === 'started' && at >= backAt),
      {
        timeoutMs: 15_000,
      },
    );
    resumptions.push(resumed.at - backAt);
  }
  await stored;
  const verdict = await scene.ended(60_000);
  report({
    fault: 'restart of Redis, half by kill -9, appendonly always (time: until jobs run again)',
    count: restarts,
    jobs: verdict.jobs,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    twice: verdict.twiceForNothing.length,
    recoveries: resumptions,
  });
  expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [], failed: jobs / 50 });
  expect(verdict.settled).toBe(jobs);
  expect(scene.ledger.jobs('rejected')).toEqual(new Set());
  expect(scene.crashes()).toEqual([]);
  expect(Math.max(...resumptions)).toBeLessThanOrEqual(5_000);
});
