import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { runBulk } from '../../fleet/act/bulk.js';
import { moveMatching } from '../../fleet/act/move-matching.js';
import { withQueue } from '../../fleet/act/payload-queue.js';
import { failedJob, failureEntry } from '../../fleet/failure-entry.js';
import { jobEntry } from '../../fleet/job-entry.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';

export async function run(context: CommandContext): Promise<number> {
  const { open, options, signal } = context;
  const [to, queue, isFailed] = [options.text('to'), options.text('queue'), options.flag('failed')];
  if (to === undefined || to === '') throw new CommandStop(exitCodes.usage, 'where to? --to <queue>');
  if (!isFailed && queue === undefined) {
    throw new CommandStop(exitCodes.usage, 'where do the jobs lie? --queue <name> or --failed');
  }
  if (!isFailed && to === queue)
    throw new CommandStop(exitCodes.usage, `they are in the queue ${to} already`);
  const { connection } = await open();
  const { client, keys } = connection;
  const list = isFailed ? keys.failed : keys.queue(queue ?? '');
  const state = isFailed ? 'failed' : 'waiting';
  return runBulk(context, {
    verb: `move to the queue ${to}:`,
    done: 'moved',
    what: isFailed ? 'failed jobs' : `jobs of the queue ${queue ?? ''}`,
    isDestructive: false,
    total: isFailed ? undefined : () => client.llen(list),
    matching: (selection) => matchingJobs(connection, state, queue, selection, signal),
    act: (selection, most) =>
      moveMatching(connection, list, { texts: selection.texts, signal, most }, (text) => {
        const entry = isFailed ? failureEntry(text) : jobEntry(text, 'waiting', queue);
        if (isFailed && queue !== undefined && entry.queue !== queue) return null;
        const payload = isFailed ? failedJob(text)?.payload : text;
        if (payload === undefined || !selection.matches(entry, text)) return null;
        return { text, queue: to, payload: withQueue(payload, to) };
      }),
  });
}
