import type { CommandSpec } from '../../command/command-spec.js';

export const stats: CommandSpec = {
  name: 'stats',
  group: 'See',
  summary: 'show the counters, or a line with the rates at each interval',
  options: [
    { flags: '-w, --watch', summary: 'go on, until Ctrl-C' },
    { flags: '--interval <duration>', summary: 'with --watch', fallback: '2s' },
    { flags: '--count <times>', summary: 'with --watch: end after so many lines' },
  ],
  examples: ['stats', 'stats --watch --interval 1s --count 2'],
  load: () => import('./stats-action.js').then(({ run }) => run),
};
