import type { CommandSpec } from '../../command/command-spec.js';
import { orderOptions, workersArgument } from '../../fleet/act/chosen-workers.js';

export const workersStop: CommandSpec = {
  name: 'workers stop',
  group: 'Act',
  summary: 'let living processes end in good order, as SIGTERM does',
  description:
    'Heard with the next renewal of their leases, after 4 s at most by default. `reskue work` ends with 0 when its jobs are done, and no supervisor starts another one for it; in an application of its own the workers end, and the process is left to it. It can not be taken back.',
  arguments: [workersArgument],
  options: orderOptions,
  examples: ['workers stop web-1:71 --yes', 'workers stop --on web-1'],
  load: () => import('./workers-order-action.js').then(({ orderWorkers }) => orderWorkers('stop')),
};
