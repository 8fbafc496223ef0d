import type { CommandSpec } from '../../command/command-spec.js';

export const importJobs: CommandSpec = {
  name: 'import',
  group: 'Care',
  summary: 'put back what `export` printed',
  description:
    'Adds to what is there. Nothing is sent twice: if the connection breaks on the way, it stops and names the line.',
  arguments: [{ name: '[file]', summary: 'the export; without it: stdin' }],
  options: [{ flags: '--dry-run', summary: 'read everything, and change nothing' }],
  examples: ['import jobs.ndjson', 'import --dry-run jobs.ndjson'],
  load: () => import('./import-action.js').then(({ run }) => run),
};
