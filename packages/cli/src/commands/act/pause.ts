import type { CommandSpec } from '../../command/command-spec.js';

export const pause: CommandSpec = {
  name: 'pause',
  group: 'Act',
  summary: 'let no worker take jobs from these queues, or from any',
  description:
    'What runs goes on, and queues still take jobs. Without a name all is paused, for workers of Ruby Resque too.',
  arguments: [{ name: '[queues...]', summary: 'names of queues; none: all' }],
  examples: ['pause mail', 'pause'],
  load: () => import('./pause-action.js').then(({ run }) => run),
};
