import type { CommandSpec } from '../../command/command-spec.js';
import { orderOptions, workersArgument } from '../../fleet/act/chosen-workers.js';

export const workersResume: CommandSpec = {
  name: 'workers resume',
  group: 'Act',
  summary: 'let processes that `workers quiet` made quiet claim again',
  arguments: [workersArgument],
  options: orderOptions,
  examples: ['workers resume --all'],
  load: () => import('./workers-order-action.js').then(({ orderWorkers }) => orderWorkers('resume')),
};
