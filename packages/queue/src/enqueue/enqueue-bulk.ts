import { encodeJob } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { append, enqueueJob } from './enqueue-job.js';
import { checkArgs, type JobCall } from './job-call.js';

const CHUNK = 1_000;

/**
 * Enqueues many jobs in one round trip per 1,000 of a queue; those whose class has plugins go one by one, with their hooks.
 * Gives for each job, in order, whether it went in. All jobs are checked before the first is sent.
 */
export async function enqueueBulk(context: QueueContext, calls: readonly JobCall[]): Promise<boolean[]> {
  for (const call of calls) await checkArgs(call);
  const { dialect } = context.connection;
  const results = calls.map(() => true);
  // Per queue, in order: a run of payloads, or a job with hooks. The jobs of one queue stay in the order given.
  const queues = new Map<string, ({ payloads: string[] } | { index: number; call: JobCall })[]>();
  for (const [index, call] of calls.entries()) {
    const steps = queues.get(call.queue) ?? [];
    queues.set(call.queue, steps);
    if (hasPlugins(call)) {
      // Encoded for the check alone; a hook may still change the args.
      encodeJob(dialect, call.queue, call.name, call.args);
      steps.push({ index, call });
      continue;
    }
    const payload = encodeJob(dialect, call.queue, call.name, call.args);
    const last = steps.at(-1);
    if (last !== undefined && 'payloads' in last && last.payloads.length < CHUNK) last.payloads.push(payload);
    else steps.push({ payloads: [payload] });
  }
  for (const [queue, steps] of queues) {
    for (const step of steps) {
      if ('payloads' in step) await append(context, queue, step.payloads);
      else results[step.index] = await enqueueJob(context, step.call);
    }
  }
  return results;
}

const hasPlugins = ({ job }: JobCall): boolean => (job?.plugins?.length ?? 0) > 0;
