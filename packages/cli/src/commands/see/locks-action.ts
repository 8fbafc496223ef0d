import type { CommandContext } from '../../command/command-context.js';
import { readLocks } from '../../fleet/read-locks.js';
import { timeShown } from '../../output/format-time.js';
import { listJobs } from '../../output/list-jobs.js';

export async function run(context: CommandContext): Promise<number> {
  const { connection } = await context.open();
  const shown = timeShown(context.out);
  return listJobs(
    context,
    [
      { title: 'LOCK', value: ({ lock }) => lock, shrinkTo: 20 },
      { title: 'HOLDER', value: ({ holder }) => holder, shrinkTo: 8 },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'LAPSES', value: ({ lapsesAt }) => shown(lapsesAt) },
    ],
    readLocks(connection, context.signal),
  );
}
