// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { queueName } from '../contender.mjs';
import { workMetrics } from './row.mjs';
import { fill } from './fill.mjs';
import { workOff } from './work-off.mjs';

/** @typedef {import('./row.mjs').Row} Row */

const isReskue = (/** @type {import('../contender.mjs').Contender} */ { name }) => name === 'reskue';

/** @returns {Row} */
const growth = (
  /** @type {string} */ id,
  /** @type {string} */ title,
  /** @type {(effort: import('./row.mjs').Effort) => Omit<Parameters<typeof workOff>[1], 'slots'>} */ what,
  /** @type {import('./row.mjs').Goal[]} */ goals = [],
) => ({
  id,
  group: 'growth',
  title,
  metrics: workMetrics,
  goals,
  takesPart: isReskue,
  fullOnly: true,
  measure: (round) => workOff(round, { slots: 100, ...what(round.effort) }),
});

const against = (/** @type {string} */ row, /** @type {number} */ times) =>
  /** @type {import('./row.mjs').Goal} */ ({ metric: 'rate', versus: { times, row, is: 'at least' } });

const names = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => `queue-${index}`);

/** Works off many jobs in portions and looks whether the heap grows. */
async function memoryOfWorker(/** @type {import('./row.mjs').Round} */ { contender, target, redis, effort }) {
  await redis.flushall();
  const producer = await contender.produce(target);
  const portions = 10;
  const jobs = Math.floor(effort.mostJobs / 2);
  let done = 0;
  const consumer = await contender.work(target, { queues: [queueName], slots: 100 }, () => void (done += 1));
  /** @type {number[]} */
  const heaps = [];
  for (let portion = 1; portion <= portions; portion += 1) {
    await fill(producer, [queueName], jobs);
    while (done < portion * jobs) await pause(10);
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed);
  }
  await consumer.end();
  await producer.end();
  const [warm = NaN] = heaps.slice(1);
  return { growth: ((heaps.at(-1) ?? NaN) - warm) / ((portions - 2) * jobs), jobs: portions * jobs };
}

/** @type {Row[]} */
export const growthRows = [
  growth('waiting-few', 'work at 100, 10,000 jobs waiting', ({ mostJobs }) => ({
    backlog: Math.min(10_000, mostJobs),
  })),
  growth(
    'waiting-many',
    'work at 100, a million jobs waiting (short run: 100,000)',
    ({ backlog }) => ({ backlog }),
    [against('waiting-few', 0.95)],
  ),
  growth('queues-1', 'work at 100, one queue listed', () => ({ queues: names(1) })),
  growth('queues-100', 'work at 100, 100 queues listed', () => ({ queues: names(100) }), [
    against('queues-1', 0.7),
  ]),
  {
    id: 'worker-memory',
    group: 'worker-memory',
    title: 'heap of a worker over a million jobs',
    metrics: [
      { name: 'growth', unit: 'bytes/job', better: 'less' },
      { name: 'jobs', unit: 'jobs', better: 'more' },
    ],
    goals: [{ metric: 'growth', atMost: 1 }],
    takesPart: isReskue,
    rounds: 1,
    fullOnly: true,
    nodeOptions: ['--expose-gc'],
    measure: memoryOfWorker,
  },
];
