import type { CommandSpec } from '../../command/command-spec.js';

export const resume: CommandSpec = {
  name: 'resume',
  group: 'Act',
  summary: 'end a pause of these queues, or of all',
  description: 'Without a name the pause of all is ended; queues that were paused by name stay so.',
  arguments: [{ name: '[queues...]', summary: 'names of queues; none: the pause of all' }],
  examples: ['resume mail', 'resume'],
  load: () => import('./resume-action.js').then(({ run }) => run),
};
