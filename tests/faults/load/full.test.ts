import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

const fulls = 5;
const batch = 200;

test('a full Redis without eviction: producers are told why, workers and failures go on', async () => {
  await using scene = await Scene.open({ config: { 'maxmemory-policy': 'noeviction' } });
  const { redis } = scene;
  const producer = await scene.producer({ enqueueTimeout: 500 });
  await scene.worker(4);
  const give = (ids: string[]): Promise<void> => {
    const work = ids.map((id, index) => ({ id, kind: index % 4 === 0 ? 'fail' : 'succeed', args: [10] }));
    return producer.tell('enqueue', { name: 'producer', work, parallel: 4 });
  };
  const refused: string[] = [];
  for (let count = 0; count < fulls; count += 1) {
    await give(scene.ids(batch));
    await redis.config('SET', 'maxmemory', '1mb');
    const late = scene.ids(20);
    await give(late);
    refused.push(...late);
    // Whatever was accepted is worked off while there is no room.
    await until(async () => (await scene.judge()).open.length === 0, { timeoutMs: 20_000 });
    await redis.config('SET', 'maxmemory', '0');
    await pause(100);
  }
  await give(scene.ids(batch));
  const verdict = await scene.ended(20_000);
  const reasons = scene.ledger.read().flatMap(({ what, detail }) => (what === 'rejected' ? [detail] : []));
  const jobs = (fulls + 1) * batch;
  report({
    fault: 'maxmemory reached, noeviction (refused jobs are not counted)',
    count: fulls,
    jobs: verdict.jobs,
    lost: verdict.lost.length,
    stuck: verdict.stuck.length,
    twice: verdict.twiceForNothing.length,
  });
  expect(new Set(reasons)).toEqual(new Set(['OOM']));
  expect(scene.ledger.jobs('rejected')).toEqual(new Set(refused));
  expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [], failed: jobs / 4 });
  // Those that were refused never ran, and each other one ended once.
  expect(scene.ledger.jobs('started').size).toBe(jobs);
  expect(verdict.settled).toBe(jobs);
  expect(scene.crashes()).toEqual([]);
});
