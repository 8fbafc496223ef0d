import type { CommandSpec } from '../../command/command-spec.js';
import { bulkOptions } from '../../fleet/act/bulk.js';
import { sourceOptions } from '../../fleet/act/source.js';

export const remove: CommandSpec = {
  name: 'remove',
  group: 'Act',
  summary: 'delete waiting, delayed or failed jobs',
  options: [...sourceOptions, ...bulkOptions],
  examples: [
    'remove --failed --class Mail',
    'remove -q mail --id 2eea1e896bda --yes',
    'remove --delayed --all --dry-run',
  ],
  load: () => import('./remove-action.js').then(({ run }) => run),
};
