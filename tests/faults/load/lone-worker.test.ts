import { setTimeout as pause } from 'node:timers/promises';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { report } from '../rig/report.js';
import { Scene } from '../rig/scene.js';

/** So long it takes a supervisor until it starts the next process. */
const absences = [0, 3_000, 8_000];

test.concurrent.each(absences)(
  'the only worker process is killed and replaced after %i ms: its jobs run again within 15 s',
  async (absenceMs) => {
    await using scene = await Scene.open();
    const producer = await scene.producer();
    const victim = await scene.worker(4);
    const work = scene.ids(4).map((id) => ({ id, kind: 'succeed', args: [500] }));
    await producer.tell('enqueue', { name: 'producer', work });
    await until(() => scene.ledger.jobs('started').size === 4);
    scene.kill(victim);
    await pause(absenceMs);
    await scene.worker(4);
    const verdict = await scene.ended(30_000);
    report({
      fault: `kill -9 of the only worker process, replaced after ${absenceMs / 1_000} s, default lease`,
      count: 1,
      jobs: 4,
      lost: verdict.lost.length,
      stuck: verdict.stuck.length,
      twice: verdict.twiceAfterBlow.length,
      reason: 'in hand when its process was killed',
      recoveries: verdict.recoveries,
    });
    expect(verdict).toMatchObject({ jobs: 4, lost: [], stuck: [], twiceForNothing: [], settled: 4 });
    expect(verdict.recoveries).toHaveLength(4);
    expect(Math.max(...verdict.recoveries)).toBeLessThanOrEqual(15_000);
  },
);
