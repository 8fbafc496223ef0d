import type { CommandSpec } from '../../command/command-spec.js';

/** `reskue demo` */
export const demo: CommandSpec = {
  name: 'demo',
  group: 'Run',
  summary: 'show jobs at work, in seconds and with nothing to set up',
  description:
    'Works on the Redis that is configured, in a namespace of its own that is removed at the end; without one on a private ' +
    'server. Ends by itself, with 1 when a number is not what it must be.',
  examples: ['demo'],
  load: () => import('./demo-action.js').then(({ run }) => run),
};
