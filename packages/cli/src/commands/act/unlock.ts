import type { CommandSpec } from '../../command/command-spec.js';

export const unlock: CommandSpec = {
  name: 'unlock',
  group: 'Act',
  summary: 'give up locks of jobs',
  arguments: [{ name: '[locks...]', summary: 'their names, as `locks` shows them' }],
  options: [
    { flags: '--orphans', summary: 'those whose holder is gone, and those whose time is past' },
    { flags: '--all', summary: 'all of them' },
    { flags: '-y, --yes', summary: 'do not ask' },
  ],
  examples: ["unlock 'lock:Add:math:[1,2]' --yes", 'unlock --orphans --yes'],
  load: () => import('./unlock-action.js').then(({ run }) => run),
};
