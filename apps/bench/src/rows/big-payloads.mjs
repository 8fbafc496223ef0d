// @ts-check
import { enqueueFor } from './enqueue.mjs';
import { workMetrics } from './row.mjs';
import { workOff } from './work-off.mjs';

const bytes = 64 * 1_024;

/** @type {(id: string, title: string, measure: import('./row.mjs').Row['measure']) => import('./row.mjs').Row} */
const row = (id, title, measure) => ({
  id,
  group: 'big',
  title,
  metrics: workMetrics,
  goals: [{ metric: 'rate', versus: { times: 0.8, contender: 'raw', is: 'at least' } }],
  fewestJobs: 200,
  // Redis holds them all: 400 MB.
  mostJobs: 6_000,
  // V8 compiles what runs often, and it takes 20,000 of these jobs: without it half of what is measured is the way there.
  warmUpTimes: 3,
  fullOnly: true,
  measure,
});

export const bigPayloadRows = [
  row('big-enqueue', 'enqueue 64 kB, 50 in flight', (round) => enqueueFor(round, { inFlight: 50, bytes })),
  row('big-work', 'work 64 kB, 100 at a time', (round) => workOff(round, { slots: 100, bytes })),
];
