import { encodeJobs, type Payload } from '@reskue/core/protocol';
import type { AnyJobs } from '../any-jobs.js';
import type { QueueContext } from '../queue-context.js';
import { encodeAlike } from './encode-alike.js';
import { enqueueJob } from './enqueue-job.js';
import { checkArgs, hasPlugins, jobCall, type JobCall } from './job-call.js';
import { mostAtOnce } from './outbox.js';
import { stampedNow } from './payload-of.js';
import type { BulkJob } from './typed-args.js';

// Redis does nothing else while it stores a chunk.
const LONGEST = 8_000_000;

/** A run of payloads that go in one step, or a job with hooks. */
type Step = { payloads: Payload[]; length: number } | { index: number; call: JobCall };

/**
 * Enqueues many jobs in one round trip per 1,000 of a queue (fewer where they are big); those whose class has plugins go
 * one by one, with their hooks. The jobs of a queue stay in the order given. Gives for each job whether it went in.
 */
export async function enqueueBulk(
  context: QueueContext,
  jobs: readonly BulkJob<AnyJobs>[],
): Promise<boolean[]> {
  const alike = encodeAlike(context, jobs);
  if (alike !== undefined) {
    for (const run of alike.list) await context.outbox.appendAll(alike.queue, run, run.size);
    return new Array<boolean>(jobs.length).fill(true);
  }
  const calls = jobs.map(({ queue, class: name, args }) => jobCall(context.jobs, queue, name, args));
  for (const call of calls) if (call.job?.args !== undefined) await checkArgs(call);
  const results = new Array<boolean>(calls.length).fill(true);
  const takeStep = async (queue: string, step: Step): Promise<void> => {
    if ('payloads' in step) await context.outbox.appendAll(queue, step.payloads, step.length);
    else results[step.index] = await enqueueJob(context, step.call);
  };
  const queues = stepsByQueue(context, calls);
  const ends = await Promise.allSettled(
    [...queues].map(async ([queue, steps]) => {
      for (const step of steps) await takeStep(queue, step);
    }),
  );
  // Not before all are through: whoever catches the error can look at what is in the queues.
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}

function stepsByQueue(context: QueueContext, calls: readonly JobCall[]): Map<string, Step[]> {
  const queues = new Map<string, Step[]>();
  // Also of jobs with hooks, which may still change their args: what is no JSON is refused before anything is sent.
  const payloads = encodeJobs(context.connection.dialect, calls);
  let index = 0;
  for (const call of calls) {
    const { queue } = call;
    let steps = queues.get(queue);
    if (steps === undefined) queues.set(queue, (steps = []));
    const payload = stampedNow(context, payloads[index] ?? '');
    const last = steps.at(-1);
    if (hasPlugins(call)) steps.push({ index, call });
    else if (last && 'payloads' in last && last.payloads.length < mostAtOnce && last.length < LONGEST) {
      last.payloads.push(payload);
      last.length += payload.length;
    } else steps.push({ payloads: [payload], length: payload.length });
    index += 1;
  }
  return queues;
}
