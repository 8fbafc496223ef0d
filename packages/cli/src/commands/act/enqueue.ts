import type { CommandSpec } from '../../command/command-spec.js';

export const enqueue: CommandSpec = {
  name: 'enqueue',
  group: 'Act',
  summary: 'put a job into a queue, now or later; or many from stdin',
  description:
    'With --stdin each line is a job: {"class":"Mail","args":["bob"],"queue":"mail"}, with "in":"5m" or "at":"2026-12-24T18:00:00Z" for later. --queue, --in and --at hold for lines that do not say otherwise.',
  arguments: [
    { name: '[class]', summary: 'class of the job' },
    { name: '[args]', summary: 'its arguments as a JSON array, such as \'[1, "two"]\'' },
  ],
  options: [
    { flags: '-q, --queue <name>', summary: 'the queue' },
    { flags: '--in <duration>', summary: 'later: 30s, 5m, 1h30m' },
    { flags: '--at <time>', summary: 'later: an ISO time' },
    { flags: '--stdin', summary: 'read jobs from stdin, one JSON object a line' },
  ],
  examples: [
    `enqueue Mail '["bob@example.org"]' -q mail`,
    `enqueue Mail '["bob@example.org"]' -q mail --in 5m`,
    'enqueue --stdin -q mail < jobs.ndjson',
  ],
  load: () => import('./enqueue-action.js').then(({ run }) => run),
};
