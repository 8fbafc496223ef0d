import { decodeJob, runPromote, type Connection } from '@reskue/core/protocol';
import { delayedJobs, type DelayedJob } from '../delayed-entries.js';
import type { JobEntry } from '../job-entry.js';
import { collected } from './remove-matching.js';

/** Moves delayed jobs to their queues before they are due, byte for byte; one without a queue stays. */
export async function* promoteMatching(
  connection: Connection,
  { texts, signal }: { texts: readonly string[]; signal: AbortSignal },
  isMeant: (entry: JobEntry, text: string) => boolean,
): AsyncGenerator<number, void> {
  for await (const page of collected(delayedJobs(connection, { texts, signal }), isMeant)) {
    const bySecond = new Map<number, DelayedJob[]>();
    for (const job of page) bySecond.set(job.second, [...(bySecond.get(job.second) ?? []), job]);
    for (const [second, jobs] of bySecond) {
      const promotions = jobs.flatMap(({ payload }) => {
        const decoded = decodeJob(payload);
        const queue: unknown = decoded.ok ? decoded.job.queue : undefined;
        return typeof queue === 'string' && queue !== ''
          ? [{ action: 'queue' as const, payload, queue }]
          : [];
      });
      if (promotions.length === 0) continue;
      const { jobs: results } = await runPromote(connection.client, connection.keys, second, promotions);
      yield results.filter((result) => result === 'moved').length;
      if (signal.aborted) return;
    }
  }
}
