import type { CommandSpec } from '../../command/command-spec.js';
import { bulkOptions } from '../../fleet/act/bulk.js';
import { sourceOptions } from '../../fleet/act/source.js';

export const move: CommandSpec = {
  name: 'move',
  group: 'Act',
  summary: 'move waiting or failed jobs to another queue',
  description: 'Where a payload names its queue, the name is replaced; all else in it is kept byte for byte.',
  options: [
    { flags: '--to <queue>', summary: 'where they go' },
    ...sourceOptions.filter(({ flags }) => flags !== '--delayed'),
    ...bulkOptions,
  ],
  examples: ['move -q mail --to bulk --class Newsletter --yes', 'move --failed --to slow --error ETIMEDOUT'],
  load: () => import('./move-action.js').then(({ run }) => run),
};
