import { Schedules } from '@reskue/scheduler';
import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { formatDuration } from '../../output/format-duration.js';
import { timeShown } from '../../output/format-time.js';

export async function run({ open, out }: CommandContext): Promise<number> {
  const { connection } = await open();
  const shown = timeShown(out);
  const rows = (await new Schedules(connection).list()).map(({ nextAt, lastAt, error, ...schedule }) => ({
    ...schedule,
    nextAt: isoOf(nextAt),
    lastAt: isoOf(lastAt),
    error: error?.message ?? null,
  }));
  const count = await out.rows(
    [
      { title: 'NAME', value: ({ name }) => name, shrinkTo: 10 },
      {
        title: 'WHEN',
        value: ({ cron, every }) => cron ?? (every === undefined ? null : `every ${formatDuration(every)}`),
      },
      { title: 'QUEUE', value: ({ queue }) => queue, shrinkTo: 8 },
      { title: 'CLASS', value: (row) => row.class, shrinkTo: 8 },
      { title: 'STATE', value: ({ error, paused }) => (error !== null ? 'wrong' : paused ? 'paused' : 'on') },
      { title: 'LAST', value: ({ lastAt }) => shown(lastAt) },
      { title: 'NEXT', value: ({ nextAt }) => shown(nextAt) },
      { title: 'NOTE', value: ({ error, description }) => error ?? description, shrinkTo: 8 },
    ],
    rows,
  );
  return count === 0 ? exitCodes.nothing : exitCodes.done;
}

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
