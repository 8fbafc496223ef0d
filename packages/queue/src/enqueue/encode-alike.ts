import { encodeRun, type PayloadRun } from '@reskue/core/protocol';
import type { AnyJobs } from '../any-jobs.js';
import type { QueueContext } from '../queue-context.js';
import { hasPlugins, jobCall, toArgs } from './job-call.js';
import { mostAtOnce } from './outbox.js';
import { stampedRun } from './payload-of.js';
import type { BulkJob } from './typed-args.js';

/** Jobs of one class for one queue. */
interface Alike<Item> {
  readonly queue: string;
  readonly name: string;
  readonly list: readonly Item[];
}

/**
 * The payloads of many jobs, 1,000 in each run, where all are of one class and for one queue, have neither hooks nor a schema,
 * and none is long, which most bulks are: then nothing is made for a job by itself. Undefined where they are not.
 * @throws as `enqueueBulk`
 */
export function encodeAlike(
  context: QueueContext,
  jobs: readonly BulkJob<AnyJobs>[],
): Alike<PayloadRun> | undefined {
  const alike = argsOfAlike(context, jobs);
  if (alike === undefined) return undefined;
  const { queue, name, list } = alike;
  const runs: PayloadRun[] = [];
  for (let from = 0; from < list.length; from += mostAtOnce) {
    const some = list.length <= mostAtOnce ? list : list.slice(from, from + mostAtOnce);
    const run = encodeRun(context.connection.dialect, queue, name, some);
    if (run === undefined) return undefined;
    runs.push(stampedRun(context, run));
  }
  return { queue, name, list: runs };
}

function argsOfAlike(
  context: QueueContext,
  jobs: readonly BulkJob<AnyJobs>[],
): Alike<readonly unknown[]> | undefined {
  const first = jobs[0];
  if (first === undefined) return undefined;
  const call = jobCall(context.jobs, first.queue, first.class, first.args);
  if (hasPlugins(call) || call.job?.args !== undefined) return undefined;
  const { queue, name } = call;
  const list: (readonly unknown[])[] = [];
  for (const job of jobs) {
    if (job.queue !== queue || job.class !== name) return undefined;
    list.push(toArgs(job.args));
  }
  return { queue, name, list };
}
