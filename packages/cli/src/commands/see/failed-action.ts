import type { CommandContext } from '../../command/command-context.js';
import { failureEntry, type FailureEntry } from '../../fleet/failure-entry.js';
import { FailureGroups, type FailureGroup } from '../../fleet/failure-groups.js';
import { readSelection, type Selection } from '../../fleet/selection.js';
import { readSlices } from '../../fleet/read-slices.js';
import { timeShown, type ShowTime } from '../../output/format-time.js';
import {
  argsColumn,
  classColumn,
  errorColumn,
  exceptionColumn,
  idColumn,
  queueColumn,
} from '../../output/job-columns.js';
import { listJobs } from '../../output/list-jobs.js';
import type { Column } from '../../output/table.js';

export async function run(context: CommandContext): Promise<number> {
  const { options, out } = context;
  const selection = readSelection(options);
  const entries = matchingFailures(context, selection, options.text('queue'));
  const shown = timeShown(out);
  if (options.flag('group')) return listJobs(context, groupColumns(shown), grouped(entries));
  return listJobs(
    context,
    [
      idColumn,
      queueColumn,
      classColumn,
      exceptionColumn,
      errorColumn,
      { title: 'FAILED', value: ({ failedAt }: FailureEntry) => shown(failedAt) },
      argsColumn,
    ],
    entries,
  );
}

async function* matchingFailures(
  { open, signal, progress, options }: CommandContext,
  selection: Selection,
  queue: string | undefined,
): AsyncGenerator<FailureEntry, void> {
  const { connection } = await open();
  const list = connection.keys.failed;
  const reading = options.flag('group')
    ? progress('Reading failed jobs', await connection.client.llen(list))
    : undefined;
  for await (const { entries, read } of readSlices(connection, list, {
    from: 'tail',
    texts: selection.texts,
    signal,
  })) {
    reading?.advance(read);
    for (const { text } of entries) {
      const entry = failureEntry(text);
      if ((queue === undefined || entry.queue === queue) && selection.matches(entry, text)) yield entry;
    }
  }
  reading?.end();
}

async function* grouped(entries: AsyncIterable<FailureEntry>): AsyncGenerator<FailureGroup, void> {
  const groups = new FailureGroups();
  for await (const entry of entries) groups.add(entry);
  yield* groups.sorted();
}

const groupColumns = (shown: ShowTime): Column<FailureGroup>[] => [
  { title: 'COUNT', value: ({ count }) => count, align: 'right' },
  { title: 'CLASS', value: (group) => group.class, shrinkTo: 8 },
  { title: 'EXCEPTION', value: ({ exception }) => exception, shrinkTo: 8 },
  { title: 'MESSAGE', value: ({ message }) => message, shrinkTo: 16 },
  { title: 'FIRST', value: ({ firstAt }) => shown(firstAt) },
  { title: 'LAST', value: ({ lastAt }) => shown(lastAt) },
];
