import type { CommandSpec } from '../../command/command-spec.js';

export const version: CommandSpec = {
  name: 'version',
  group: 'Care',
  summary: 'show the versions of reskue, Node and ioredis',
  examples: ['version', 'version --json'],
  load: () => import('./version-action.js').then(({ run }) => run),
};
