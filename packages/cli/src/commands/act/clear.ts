import type { CommandSpec } from '../../command/command-spec.js';

export const clear: CommandSpec = {
  name: 'clear',
  group: 'Act',
  summary: 'delete a queue with all its jobs',
  arguments: [{ name: '<queue>', summary: 'name of the queue' }],
  options: [{ flags: '-y, --yes', summary: 'do not ask' }],
  examples: ['clear mail --yes'],
  load: () => import('./clear-action.js').then(({ run }) => run),
};
