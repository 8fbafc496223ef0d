// @ts-check
import { workMetrics } from './row.mjs';
import { workOff } from './work-off.mjs';

/** @type {import('./row.mjs').Row[]} */
export const pluginRows = [
  {
    id: 'plugins',
    group: 'work',
    title: 'work, 100 at a time, with Retry and JobLock',
    metrics: workMetrics,
    goals: [{ metric: 'rate', versus: { times: 0.5, row: 'work-100', is: 'at least' } }],
    takesPart: ({ name, plugins }) => plugins === true && name !== 'reskue-claim-ahead-0',
    measure: (round) => workOff(round, { slots: 100, plugins: ['Retry', 'JobLock'] }),
  },
];
