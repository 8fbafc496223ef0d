// @ts-check
import { enqueueFor } from './enqueue.mjs';
import { workMetrics } from './row.mjs';
import { workOff } from './work-off.mjs';

const bytes = 64 * 1_024;
/** Redis holds them all. */
const mostJobs = 3_000;

/** @type {import('./row.mjs').Row[]} */
export const bigPayloadRows = [
  {
    id: 'big-enqueue',
    group: 'big',
    title: 'enqueue 64 kB, 50 in flight',
    metrics: workMetrics,
    goals: [{ metric: 'rate', versus: { times: 0.8, contender: 'raw', is: 'at least' } }],
    measure: (round) => {
      const effort = { ...round.effort, mostJobs: Math.min(mostJobs, round.effort.mostJobs) };
      return enqueueFor({ ...round, effort }, { inFlight: 50, bytes });
    },
  },
  {
    id: 'big-work',
    group: 'big',
    title: 'work 64 kB, 100 at a time',
    metrics: workMetrics,
    goals: [{ metric: 'rate', versus: { times: 0.8, contender: 'raw', is: 'at least' } }],
    measure: (round) => workOff(round, { slots: 100, bytes, jobs: Math.min(mostJobs, round.jobs) }),
  },
];
