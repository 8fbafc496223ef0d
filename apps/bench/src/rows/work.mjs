// @ts-check
import { workMetrics } from './row.mjs';
import { workOff } from './work-off.mjs';

/** @typedef {import('./row.mjs').Goal} Goal */

const times = (/** @type {number} */ factor, /** @type {string} */ contender, of = 'reskue') =>
  /** @type {Goal} */ ({ metric: 'rate', of, versus: { times: factor, contender, is: 'at least' } });

const row = (/** @type {number} */ slots, /** @type {Goal[]} */ goals) =>
  /** @type {import('./row.mjs').Row} */ ({
    id: `work-${slots}`,
    group: 'work',
    title: `work, ${slots} at a time`,
    metrics: workMetrics,
    goals,
    measure: (round) => workOff(round, { slots }),
  });

export const workRows = [
  row(1, [times(8, 'bullmq'), times(1.5, 'bullmq', 'reskue-claim-ahead-0')]),
  row(10, [times(5, 'bullmq'), times(2, 'bullmq', 'reskue-claim-ahead-0')]),
  row(100, [
    times(6, 'bullmq'),
    times(4, 'bee-queue'),
    times(15, 'node-resque'),
    { metric: 'node', atMost: 14 },
    { metric: 'redis', atMost: 6 },
  ]),
];
