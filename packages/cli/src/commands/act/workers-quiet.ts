import type { CommandSpec } from '../../command/command-spec.js';
import { orderOptions, workersArgument } from '../../fleet/act/chosen-workers.js';

export const workersQuiet: CommandSpec = {
  name: 'workers quiet',
  group: 'Act',
  summary: 'let living processes claim no more jobs; those in hand go on',
  description:
    'Heard with the next renewal of their leases, after 4 s at most by default. All workers of a process are quiet together. It ends with `workers resume`, or with the process.',
  arguments: [workersArgument],
  options: orderOptions,
  examples: ['workers quiet web-1:71', 'workers quiet --on web-1', 'workers quiet --all --dry-run'],
  load: () => import('./workers-order-action.js').then(({ orderWorkers }) => orderWorkers('quiet')),
};
