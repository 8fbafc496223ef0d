import type { CommandSpec } from '../../command/command-spec.js';
import { selectionOptions } from '../../fleet/selection.js';

export const delayed: CommandSpec = {
  name: 'delayed',
  group: 'See',
  summary: 'list delayed jobs, the next first',
  options: [
    { flags: '-q, --queue <name>', summary: 'of this queue only' },
    ...selectionOptions,
    { flags: '--limit <count>', summary: 'so many at most; 0 for all', fallback: 50 },
  ],
  examples: ['delayed', 'delayed --class Invoice --limit 10'],
  load: () => import('./delayed-action.js').then(({ run }) => run),
};
