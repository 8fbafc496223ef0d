import type { CommandSpec } from '../../command/command-spec.js';
import { healthOptions, logOptions, pidFileOption, requireOption } from '../run-options.js';

/** `reskue schedule` */
export const schedule: CommandSpec = {
  name: 'schedule',
  group: 'Run',
  summary: 'move delayed jobs to their queues when they are due, and enqueue recurring ones',
  description:
    'Any number may run: one leads, the others wait to take over. Modules of -r give schedules (an object of { cron | every, ' +
    'class, queue, args }), and jobs whose plugins have enqueue hooks.',
  options: [
    requireOption,
    {
      flags: '--interval <duration>',
      summary: "between two looks for jobs that others than Reskue's producers delayed",
      env: ['INTERVAL'],
      config: 'interval',
      fallback: '5s',
    },
    ...healthOptions,
    pidFileOption,
    ...logOptions,
  ],
  examples: ['schedule', 'schedule -r jobs.js -r schedules.js'],
  signals: 'own',
  load: () => import('./schedule-action.js').then(({ run }) => run),
};
