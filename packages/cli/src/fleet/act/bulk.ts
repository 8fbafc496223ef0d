import type { CommandContext } from '../../command/command-context.js';
import type { OptionSpec } from '../../command/command-spec.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { argsColumn, classColumn, idColumn, queueColumn } from '../../output/job-columns.js';
import type { JobEntry } from '../job-entry.js';
import { readSelection, selectionOptions, type Selection } from '../selection.js';

/** Of every command that acts on many jobs. */
export const bulkOptions: readonly OptionSpec[] = [
  ...selectionOptions,
  { flags: '--all', summary: 'all of them' },
  { flags: '--dry-run', summary: 'list what would be meant, and change nothing' },
  { flags: '-y, --yes', summary: 'do not ask' },
];

/** What is done with chosen jobs. */
export interface Bulk {
  /** `retry`, for questions; and `retried`, for answers. */
  readonly verb: string;
  readonly done: string;
  /** `failed jobs` */
  readonly what: string;
  /** Asked for even when it is one job only. */
  readonly isDestructive: boolean;
  /** The jobs that are meant; counting them reads them all. */
  readonly matching: (selection: Selection) => AsyncIterable<JobEntry>;
  /** How many there are, when all are meant: without reading them. */
  readonly total: (() => Promise<number>) | undefined;
  /** Acts in pages, each in one step; tells how many were done after each. Stops before a page once aborted. */
  readonly act: (selection: Selection, most: number) => AsyncIterable<number>;
}

/** Counts, asks, acts in pages with progress, and tells how it ended. */
export async function runBulk(context: CommandContext, bulk: Bulk): Promise<number> {
  const { options, out, notes, signal, confirm } = context;
  const selection = chosen(context);
  if (options.flag('dryRun')) {
    const count = await out.rows([idColumn, queueColumn, classColumn, argsColumn], bulk.matching(selection));
    notes.say(`${count} ${bulk.what} would be ${bulk.done}; nothing was changed.`);
    return count === 0 ? exitCodes.nothing : exitCodes.done;
  }
  const total = await countMatching(context, bulk, selection);
  if (total === 0) {
    notes.say(`No ${bulk.what} matched.`);
    return exitCodes.nothing;
  }
  // Asked anew each time: it may abort at any await.
  const isCancelled = () => signal.aborted;
  if (isCancelled()) return exitCodes.failed;
  if (bulk.isDestructive || total > 1) await confirm(`${capital(bulk.verb)} ${grouped(total)} ${bulk.what}?`);
  let count = 0;
  const progress = context.progress(capital(bulk.verb), total);
  try {
    for await (const page of bulk.act(selection, total)) {
      count += page;
      progress.advance(page);
      if (isCancelled() || count >= total) break;
    }
  } finally {
    progress.end();
    if (isCancelled()) notes.say(`Cancelled: ${bulk.done} ${grouped(count)} of ${grouped(total)}.`);
  }
  const result = { matched: total, [bulk.done]: count, left: Math.max(0, total - count) };
  await out.document(result, () => out.line(`${bulk.done} ${count} of ${total}`));
  if (count < total)
    notes.say(`${grouped(total - count)} were left: they can not be read, or were gone meanwhile.`);
  return count >= total ? exitCodes.done : count > 0 ? exitCodes.partly : exitCodes.failed;
}

function chosen({ options }: CommandContext): Selection {
  const selection = readSelection(options);
  if (selection.isAll === options.flag('all')) return selection;
  throw new CommandStop(
    exitCodes.usage,
    selection.isAll
      ? 'which jobs? --id, --class, --error, --search, or --all'
      : '--all can not stand beside --id, --class, --error or --search',
  );
}

async function countMatching(context: CommandContext, bulk: Bulk, selection: Selection): Promise<number> {
  if (selection.isAll && bulk.total !== undefined) return bulk.total();
  const progress = context.progress('Searching');
  let count = 0;
  for await (const _ of bulk.matching(selection)) {
    count += 1;
    progress.advance(1);
  }
  progress.end();
  return count;
}

const capital = (text: string) => (text[0] ?? '').toUpperCase() + text.slice(1);
const grouped = (count: number) => count.toLocaleString('en-US');
