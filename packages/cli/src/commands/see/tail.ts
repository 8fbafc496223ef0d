import type { CommandSpec } from '../../command/command-spec.js';

export const tail: CommandSpec = {
  name: 'tail',
  group: 'See',
  summary: 'print what happens as it happens',
  description:
    'Looks at each interval: workers that come and go, jobs that are begun and failed, pauses, the leader, and how many jobs were processed. A job that is quicker than the interval shows in the count alone.',
  options: [
    { flags: '--interval <duration>', summary: 'between two looks', fallback: '500ms' },
    { flags: '--for <duration>', summary: 'end after so long' },
  ],
  examples: ['tail --for 2s', 'tail --for 2s --ndjson'],
  load: () => import('./tail-action.js').then(({ run }) => run),
};
