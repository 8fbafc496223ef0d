import type { CommandSpec } from '../../command/command-spec.js';

export const status: CommandSpec = {
  name: 'status',
  group: 'See',
  summary: 'show the fleet on one screen, and why a queue stands still',
  options: [
    {
      flags: '--sample <duration>',
      summary: 'how long to watch the counters for the rates',
      fallback: '500ms',
    },
  ],
  examples: ['status', 'status --json'],
  load: () => import('./status-action.js').then(({ run }) => run),
};
