import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandContext } from '../../command/command-context.js';
import { ratesOf, readCounters, readStatus } from '../../fleet/read-status.js';
import { showStatus } from '../../output/show-status.js';

export async function run({ open, out, options, signal }: CommandContext): Promise<undefined> {
  const { connection } = await open();
  const before = await readCounters(connection);
  const sampleMs = options.durationMs('sample') ?? 0;
  const [{ workerList: _, ...status }] = await Promise.all([
    readStatus(connection),
    sleep(sampleMs, undefined, { signal }),
  ]);
  const rates = ratesOf(before, await readCounters(connection));
  await out.document({ ...status, rates }, () => showStatus(out, status, rates));
}
