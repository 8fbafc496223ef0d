import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@reskue/core';
import type { CommandContext } from '../../command/command-context.js';
import { queueNames } from '../../fleet/matching-jobs.js';
import { ratesOf, readCounters } from '../../fleet/read-status.js';
import { LiveRows } from '../../output/live-rows.js';
import type { Column } from '../../output/table.js';

interface Sample {
  at: string;
  waiting: number;
  processed: number;
  failed: number;
  processedPerSecond: number | null;
  failedPerSecond: number | null;
}

const columns: Column<Sample>[] = [
  { title: 'AT', value: ({ at }) => at },
  { title: 'WAITING', value: ({ waiting }) => waiting, align: 'right' },
  { title: 'PROCESSED', value: ({ processed }) => processed, align: 'right' },
  { title: 'FAILED', value: ({ failed }) => failed, align: 'right' },
  { title: 'PROCESSED/S', value: (row) => row.processedPerSecond, align: 'right' },
  { title: 'FAILED/S', value: (row) => row.failedPerSecond, align: 'right' },
];

export async function run({ open, out, options, signal }: CommandContext): Promise<undefined> {
  const { connection } = await open();
  const isWatching = options.flag('watch');
  const times = isWatching ? (options.integer('count', 1) ?? Infinity) : 1;
  const intervalMs = Math.max(100, options.durationMs('interval') ?? 2_000);
  // One at a time, so that each line stands when it is known.
  const printed = new LiveRows(out, columns);
  let before = isWatching ? await readCounters(connection) : undefined;
  for (let line = 0; line < times; line += 1) {
    if (isWatching) await sleep(intervalMs, undefined, { signal });
    const after = await readCounters(connection);
    const rates = before === undefined ? undefined : ratesOf(before, after);
    await printed.row({
      at: new Date().toISOString(),
      waiting: await waiting(connection),
      processed: after.processed,
      failed: after.failed,
      processedPerSecond: rates?.processedPerSecond ?? null,
      failedPerSecond: rates?.failedPerSecond ?? null,
    });
    before = after;
  }
}

async function waiting(connection: Connection): Promise<number> {
  const { client, keys } = connection;
  const names = await queueNames(connection);
  const depths = await Promise.all(names.map((name) => client.llen(keys.queue(name)).catch(() => 0)));
  return depths.reduce((sum, depth) => sum + depth, 0);
}
