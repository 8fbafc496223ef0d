import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Actor } from '../rig/actor.js';
import { median, report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

interface Fleet {
  fault: string;
  options: object;
  /** Within so many ms each job of a killed process runs again: half of them, and all. */
  medianMs: number;
  mostMs: number;
}

const processes = 4;
const slots = 4;
const jobs = 2_000;
const kills = 20;
const pauseMs = 1_000;

test.concurrent.each<Fleet>([
  { fault: 'kill -9 of a worker process, default lease', options: {}, medianMs: 12_000, mostMs: 15_000 },
  {
    fault: 'kill -9 of a worker process, lease of 1 s',
    options: { lease: 1_000 },
    medianMs: 4_000,
    mostMs: 4_000,
  },
])('$fault: every job ends, and soon', async ({ fault, options, medianMs, mostMs }) => {
  await using scene = await Scene.open();
  const producer = await scene.producer();
  const fleet: Actor[] = await Promise.all(
    Array.from({ length: processes }, () => scene.worker(slots, options)),
  );
  // So much work that it lasts until the last kill.
  const jobMs = (kills * pauseMs * processes * slots) / jobs;
  const work = scene.ids(jobs).map((id) => ({ id, kind: 'succeed', args: [jobMs] }));
  const stored = producer.tell('enqueue', { name: 'producer', work, parallel: 4 });
  for (let count = 0; count < kills; count += 1) {
    await pause(pauseMs);
    const victim = fleet.shift()!;
    scene.kill(victim);
    fleet.push(await scene.worker(slots, options));
  }
  await stored;
  const verdict = await scene.ended(60_000);
  const { lost, stuck, twiceAfterBlow, recoveries } = verdict;
  report({
    fault,
    count: kills,
    jobs: verdict.jobs,
    lost: lost.length,
    stuck: stuck.length,
    twice: twiceAfterBlow.length,
    reason: 'in hand when its process was killed',
    recoveries,
  });
  expect(verdict).toMatchObject({ jobs, lost: [], stuck: [], twiceForNothing: [] });
  expect(scene.crashes()).toEqual([]);
  // Every job was settled exactly once, however often it was started.
  expect(verdict.settled).toBe(jobs);
  expect(recoveries.length).toBeGreaterThan(kills);
  expect(median(recoveries)).toBeLessThanOrEqual(medianMs);
  expect(Math.max(...recoveries)).toBeLessThanOrEqual(mostMs);
});
