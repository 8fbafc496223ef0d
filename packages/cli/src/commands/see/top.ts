import type { CommandSpec } from '../../command/command-spec.js';

export const top: CommandSpec = {
  name: 'top',
  group: 'See',
  summary: 'watch the fleet live, as htop shows a machine',
  description:
    'Keys: q quits, space holds the picture, s sorts by the next column, r turns the order, + and - change the interval.',
  options: [{ flags: '--interval <duration>', summary: 'between two looks', fallback: '2s' }],
  examples: ['top'],
  load: () => import('./top-action.js').then(({ run }) => run),
};
