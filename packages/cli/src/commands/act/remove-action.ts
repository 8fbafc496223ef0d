import type { CommandContext } from '../../command/command-context.js';
import { runBulk } from '../../fleet/act/bulk.js';
import { removeDelayedMatching, removeMatching } from '../../fleet/act/remove-matching.js';
import { nameOf, readSource } from '../../fleet/act/source.js';
import { failureEntry } from '../../fleet/failure-entry.js';
import { jobEntry, type JobEntry } from '../../fleet/job-entry.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';
import type { Selection } from '../../fleet/selection.js';

export async function run(context: CommandContext): Promise<number> {
  const { open, options, signal } = context;
  const source = readSource(options);
  const { connection } = await open();
  const { client, keys } = connection;
  const { state, queue } = source;
  const list = state === 'waiting' ? keys.queue(source.queue) : keys.failed;
  const isMeant = (selection: Selection) => (entry: JobEntry, text: string) =>
    (queue === undefined || entry.queue === queue || state === 'waiting') && selection.matches(entry, text);
  return runBulk(context, {
    verb: 'remove',
    done: 'removed',
    what: nameOf(source),
    isDestructive: true,
    total:
      state === 'waiting' || (state === 'failed' && queue === undefined)
        ? () => client.llen(list)
        : undefined,
    matching: (selection) => matchingJobs(connection, state, queue, selection, signal),
    act: (selection) => {
      const reading = { texts: selection.texts, signal };
      const matches = isMeant(selection);
      if (state === 'delayed') return removeDelayedMatching(connection, reading, matches);
      return removeMatching(connection, list, reading, (text) =>
        matches(state === 'failed' ? failureEntry(text) : jobEntry(text, state, queue), text),
      );
    },
  });
}
