import type { CommandSpec } from '../../command/command-spec.js';

export const workers: CommandSpec = {
  name: 'workers',
  group: 'See',
  summary: 'list the workers, and what each is working on; workers quiet, stop and clean act on them',
  options: [{ flags: '--dead', summary: 'only those that gave no sign of life for too long' }],
  examples: ['workers', 'workers --dead'],
  load: () => import('./workers-action.js').then(({ run }) => run),
};
