import { decodeRecord } from '@reskue/core/protocol';
import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { jobEntry, type JobEntry } from '../../fleet/job-entry.js';
import { readWorkers, stateOf, type WorkerEntry } from '../../fleet/read-workers.js';
import { timeShown } from '../../output/format-time.js';

/** A worker as it is printed. */
type Row = Omit<WorkerEntry, 'record'> & { job: JobEntry | null; runAt: string | null };

export async function run({ open, out, options }: CommandContext): Promise<number> {
  const { connection } = await open();
  const all = await readWorkers(connection);
  const wanted = options.flag('dead') ? all.filter(({ health }) => health === 'dead') : all;
  const shown = timeShown(out);
  const { red, yellow } = out.colors;
  const count = await out.rows(
    [
      { title: 'WORKER', value: ({ name }) => name, shrinkTo: 12 },
      { title: 'QUEUES', value: ({ queues }) => queues.join(','), shrinkTo: 8 },
      { title: 'KIND', value: ({ kind }) => kind },
      {
        title: 'STATE',
        value: stateOf,
        paint: (text) =>
          text.startsWith('dead') ? red(text) : text.startsWith('alive') ? text : yellow(text),
      },
      { title: 'STARTED', value: ({ startedAt }) => shown(startedAt) },
      { title: 'SINCE', value: ({ runAt }) => shown(runAt) },
      { title: 'JOB', value: jobShown, shrinkTo: 12 },
    ],
    wanted.map(toRow),
  );
  return count === 0 ? exitCodes.nothing : exitCodes.done;
}

function toRow({ record, ...worker }: WorkerEntry): Row {
  if (record === null) return { ...worker, job: null, runAt: null };
  const decoded = decodeRecord(record);
  return {
    ...worker,
    job: jobEntry(decoded?.payload ?? record, 'working', decoded?.queue),
    runAt: decoded?.runAt ?? null,
  };
}

/** A job that is done soon, and was claimed ahead, is in no record: then its process tells of all. */
const jobShown = ({ job, claimedAhead }: Row): string | null =>
  job !== null ? describe(job) : claimedAhead > 0 ? `(${claimedAhead} claimed ahead by its process)` : null;

const describe = (job: JobEntry): string => job.raw ?? `${job.class ?? ''} ${JSON.stringify(job.args)}`;
