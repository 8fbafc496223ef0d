import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import type { Actor } from '../rig/actor.js';
import { report } from '../rig/report.js';
import { Scene, type Work } from '../rig/scene.js';

const processes = 2;
const jobs = 10_000;
const kills = 8;
const pauseMs = 400;
/** As many as a process claims ahead, and no more, may have ended without being settled. */
const claimAhead = 64;

test.each<[string, Work['kind']]>([
  ['no job is lost, each is settled once, and few run again', 'block'],
  ['the same of jobs whose locks come along with their claims, and none of these is left', 'guarded'],
])('kill -9 of a process that claims ahead: %s', async (_, kind) => {
  await using scene = await Scene.open();
  const producer = await scene.producer();
  const work = scene.ids(jobs).map((id) => ({ id, kind, args: [1] }));
  await producer.tell('enqueue', { name: 'producer', work, parallel: 50 });
  const options = { lease: 1_000 };
  const fleet: Actor[] = await Promise.all(Array.from({ length: processes }, () => scene.worker(1, options)));
  const isAhead = async (): Promise<boolean> => (await scene.redis.keys('resque:lease:*:ahead')).length > 0;
  let struckAhead = 0;
  for (let count = 0; count < kills; count += 1) {
    await until(isAhead, { timeoutMs: 5_000 }).catch(() => undefined);
    await pause(pauseMs);
    struckAhead += (await isAhead()) ? 1 : 0;
    scene.kill(fleet.shift()!);
    fleet.push(await scene.worker(1, options));
  }
  const { lost, stuck, twiceForNothing, twiceAfterBlow, recoveries, settled } = await scene.ended(60_000);
  report({
    fault: `kill -9 of a process that claims short jobs ahead${kind === 'guarded' ? ', with their locks' : ''}`,
    count: kills,
    jobs,
    lost: lost.length,
    stuck: stuck.length,
    twice: twiceAfterBlow.length,
    reason: 'in hand, or ended and not settled, when its process was killed',
    recoveries,
  });
  expect({ lost, stuck, twiceForNothing, settled }).toEqual({
    lost: [],
    stuck: [],
    twiceForNothing: [],
    settled: jobs,
  });
  const left = [...(await scene.redis.keys('*workerslock*')), ...(await scene.redis.keys('*:brought'))];
  expect(left).toEqual([]);
  expect(struckAhead).toBeGreaterThan(0);
  expect(twiceAfterBlow.length).toBeLessThanOrEqual(kills * (claimAhead + 1));
  expect(scene.crashes()).toEqual([]);
});
