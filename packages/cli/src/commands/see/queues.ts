import type { CommandSpec } from '../../command/command-spec.js';

export const queues: CommandSpec = {
  name: 'queues',
  group: 'See',
  summary: 'list the queues with their depth',
  examples: ['queues', 'queues --json'],
  load: () => import('./queues-action.js').then(({ run }) => run),
};
