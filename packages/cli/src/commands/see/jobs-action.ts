import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import type { JobEntry, JobState } from '../../fleet/job-entry.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';
import { readSelection } from '../../fleet/selection.js';
import { argsColumn, classColumn, idColumn, queueColumn } from '../../output/job-columns.js';
import { listJobs } from '../../output/list-jobs.js';
import { timeShown } from '../../output/format-time.js';
import type { Column } from '../../output/table.js';

const STATES: readonly JobState[] = ['waiting', 'delayed', 'working', 'failed'];

export async function run(context: CommandContext): Promise<number> {
  const { options, open, signal, out } = context;
  const given = options.text('state');
  const state = STATES.find((one) => one === given);
  if (state === undefined) {
    throw new CommandStop(exitCodes.usage, `--state: expected ${STATES.join(', ')}, got "${given ?? ''}"`);
  }
  const selection = readSelection(options);
  const { connection } = await open();
  const entries = matchingJobs(connection, state, options.text('queue'), selection, signal);
  return listJobs(context, columnsOf(state, timeShown(out)), entries);
}

function columnsOf(
  state: JobState,
  shown: (iso: string | null | undefined) => string | null,
): Column<JobEntry>[] {
  const extra: Column<JobEntry>[] =
    state === 'delayed'
      ? [{ title: 'DUE', value: ({ dueAt }) => shown(dueAt) }]
      : state === 'working'
        ? [
            { title: 'SINCE', value: ({ runAt }) => shown(runAt) },
            { title: 'WORKER', value: ({ worker }) => worker, shrinkTo: 10 },
          ]
        : [{ title: 'ENQUEUED', value: ({ enqueuedAt }) => shown(enqueuedAt) }];
  return [idColumn, queueColumn, classColumn, ...extra, argsColumn];
}
