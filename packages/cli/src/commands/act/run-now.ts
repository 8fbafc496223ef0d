import type { CommandSpec } from '../../command/command-spec.js';
import { bulkOptions } from '../../fleet/act/bulk.js';

export const runNow: CommandSpec = {
  name: 'run-now',
  group: 'Act',
  summary: 'enqueue delayed jobs, or a recurring one, at once',
  arguments: [
    { name: '[schedule]', summary: 'name of a recurring job, as in `schedules`; without it: delayed jobs' },
  ],
  options: [{ flags: '-q, --queue <name>', summary: 'delayed jobs of this queue' }, ...bulkOptions],
  examples: ['run-now nightly-report', 'run-now --class Invoice --yes'],
  load: () => import('./run-now-action.js').then(({ run }) => run),
};
