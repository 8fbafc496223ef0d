import type { CommandContext } from '../../command/command-context.js';
import { runBulk } from '../../fleet/act/bulk.js';
import { moveMatching } from '../../fleet/act/move-matching.js';
import { failedJob, failureEntry } from '../../fleet/failure-entry.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';
import type { JobEntry } from '../../fleet/job-entry.js';

export async function run(context: CommandContext): Promise<number> {
  const { open, options, signal } = context;
  const { connection } = await open();
  const queue = options.text('queue');
  const isAgain = options.flag('again');
  const isOpen = (entry: JobEntry) => isAgain || !('retriedAt' in entry);
  return runBulk(context, {
    verb: 'retry',
    done: 'retried',
    what: queue === undefined ? 'failed jobs' : `failed jobs of the queue ${queue}`,
    isDestructive: false,
    total: undefined,
    async *matching(selection) {
      for await (const entry of matchingJobs(connection, 'failed', queue, selection, signal)) {
        if (isOpen(entry)) yield entry;
      }
    },
    act: (selection, most) =>
      moveMatching(connection, connection.keys.failed, { texts: selection.texts, signal, most }, (text) => {
        const entry = failureEntry(text);
        const isMeant = isOpen(entry) && (queue === undefined || entry.queue === queue);
        const job = isMeant && selection.matches(entry, text) ? failedJob(text) : null;
        return job === null ? null : { text, queue: job.queue, payload: job.payload };
      }),
  });
}
