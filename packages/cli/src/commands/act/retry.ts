import type { CommandSpec } from '../../command/command-spec.js';
import { bulkOptions } from '../../fleet/act/bulk.js';

export const retry: CommandSpec = {
  name: 'retry',
  group: 'Act',
  summary: 'move failed jobs back to their queues',
  description:
    'Payloads go back byte for byte, the oldest first, in pages: cancelled in between, each job is in one place. What Ruby Resque retried already and left in the list is passed over, unless --again is given.',
  options: [
    { flags: '-q, --queue <name>', summary: 'failed jobs of this queue' },
    ...bulkOptions,
    { flags: '--again', summary: 'also those that are marked as retried' },
  ],
  examples: ['retry --id 22d0c476c7ed', 'retry --error ETIMEDOUT --yes', 'retry --all --dry-run'],
  load: () => import('./retry-action.js').then(({ run }) => run),
};
