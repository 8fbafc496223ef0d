import type { CommandSpec } from '../../command/command-spec.js';

export const exportJobs: CommandSpec = {
  name: 'export',
  group: 'Care',
  summary: 'print all jobs, one JSON object a line',
  description:
    'Queues, delayed and failed jobs, locks, pauses and recurring jobs, byte for byte. Pause the workers first: a job that is taken meanwhile may be in the export or not. Jobs in the hands of workers are left out.',
  examples: ['export > jobs.ndjson', 'export | gzip > jobs.ndjson.gz'],
  load: () => import('./export-action.js').then(({ run }) => run),
};
