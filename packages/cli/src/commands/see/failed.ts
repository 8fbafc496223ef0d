import type { CommandSpec } from '../../command/command-spec.js';
import { selectionOptions } from '../../fleet/selection.js';

export const failed: CommandSpec = {
  name: 'failed',
  group: 'See',
  summary: 'list failed jobs, the newest first, or group them by what went wrong',
  options: [
    { flags: '-g, --group', summary: 'count them by class, exception and message' },
    { flags: '-q, --queue <name>', summary: 'of this queue only' },
    ...selectionOptions,
    { flags: '--limit <count>', summary: 'so many at most; 0 for all', fallback: 50 },
  ],
  examples: ['failed', 'failed --group', 'failed --error ETIMEDOUT --json'],
  load: () => import('./failed-action.js').then(({ run }) => run),
};
