import type { CommandSpec } from '../../command/command-spec.js';

export const workersClean: CommandSpec = {
  name: 'workers clean',
  group: 'Act',
  summary: 'clear dead workers away; their jobs go back to their queues, or to failed',
  description:
    'Jobs of a dead Reskue process go back to the front of their queues, as its neighbours would see to. Jobs of dead workers of node-resque or Ruby Resque go to `failed`, as there. A worker that is named is taken for dead.',
  arguments: [{ name: '[workers...]', summary: 'names or ids of workers; none: all that are dead' }],
  options: [{ flags: '-y, --yes', summary: 'do not ask' }],
  examples: ['workers clean --yes'],
  load: () => import('./workers-clean-action.js').then(({ run }) => run),
};
