import type { CommandContext } from '../../command/command-context.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';
import { readSelection } from '../../fleet/selection.js';
import { timeShown } from '../../output/format-time.js';
import { argsColumn, classColumn, idColumn, queueColumn } from '../../output/job-columns.js';
import { listJobs } from '../../output/list-jobs.js';

export async function run(context: CommandContext): Promise<number> {
  const { options, open, signal, out } = context;
  const selection = readSelection(options);
  const { connection } = await open();
  const shown = timeShown(out);
  return listJobs(
    context,
    [idColumn, { title: 'DUE', value: ({ dueAt }) => shown(dueAt) }, queueColumn, classColumn, argsColumn],
    matchingJobs(connection, 'delayed', options.text('queue'), selection, signal),
  );
}
