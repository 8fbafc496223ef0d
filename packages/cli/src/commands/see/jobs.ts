import type { CommandSpec } from '../../command/command-spec.js';
import { selectionOptions } from '../../fleet/selection.js';

export const jobs: CommandSpec = {
  name: 'jobs',
  group: 'See',
  summary: 'list jobs, or search through them',
  description: 'Reads in slices: a queue of a million jobs is no trouble, and no slice holds Redis up.',
  options: [
    { flags: '-q, --queue <name>', summary: 'of this queue only' },
    { flags: '--state <state>', summary: 'waiting, delayed, working or failed', fallback: 'waiting' },
    ...selectionOptions,
    { flags: '--limit <count>', summary: 'so many at most; 0 for all', fallback: 50 },
  ],
  examples: [
    'jobs -q mail',
    'jobs -q mail --search bob@example.org --limit 0',
    'jobs --state working --json',
  ],
  load: () => import('./jobs-action.js').then(({ run }) => run),
};
