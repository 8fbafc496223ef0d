import type { CommandSpec } from '../../command/command-spec.js';

export const locks: CommandSpec = {
  name: 'locks',
  group: 'See',
  summary: 'list the locks of jobs, and who holds them',
  description: 'Looks at every key of the database, in slices.',
  options: [{ flags: '--limit <count>', summary: 'so many at most; 0 for all', fallback: 0 }],
  examples: ['locks'],
  load: () => import('./locks-action.js').then(({ run }) => run),
};
