import type { CommandSpec } from '../../command/command-spec.js';

export const schedules: CommandSpec = {
  name: 'schedules',
  group: 'See',
  summary: 'list the recurring jobs, with their last and next run',
  examples: ['schedules', 'schedules --json'],
  load: () => import('./schedules-action.js').then(({ run }) => run),
};
