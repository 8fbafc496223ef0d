import {
  decodeFailure,
  decodeJob,
  rawMember,
  ReskueError,
  retryFailed,
  type ParsedFailedJobPayload,
} from '@reskue/core/protocol';
import { checkQueueName, jobCall } from '../enqueue/job-call.js';
import { withHooks } from '../enqueue/with-hooks.js';
import type { QueueContext } from '../queue-context.js';
import { findFailed } from './find-failed.js';

/**
 * Moves a failed job back to its queue, its payload byte for byte, in one step. False when a `beforeEnqueue` hook refused:
 * then it stays in `failed`.
 * @throws RESKUE_JOB_NOT_FAILED, RESKUE_PAYLOAD_INVALID, and what a hook throws
 */
export async function retryAndRemove(context: QueueContext, failure: unknown): Promise<boolean> {
  const text = await findFailed(context.connection, failure);
  if (text === undefined) throw notFailed();
  return retryEntry(context, text);
}

/** The same by the entry's text. */
export async function retryEntry(context: QueueContext, text: string): Promise<boolean> {
  const { queue, payload } = jobOf(text);
  const decoded = decodeJob(payload);
  const store = () => moveBack(context, text, queue, payload);
  if (!decoded.ok) return store();
  return withHooks(context, jobCall(context.jobs, queue, decoded.job.class, decoded.job.args), store);
}

async function moveBack(
  { connection, producer }: QueueContext,
  entry: string,
  queue: string,
  payload: string,
): Promise<true> {
  const { keys } = connection;
  const numbered = producer.number();
  const { status } = await connection.run(
    retryFailed,
    {
      failed: keys.failed,
      queues: keys.queues,
      list: keys.queue(queue),
      wake: keys.wakeQueue(queue),
      newQueue: keys.wake,
    },
    { entry, queue, payload },
    { keys: [numbered.producer], args: [numbered.call, numbered.fresh, numbered.keepMs] },
  );
  if (status === 'absent') throw notFailed();
  return true;
}

function jobOf(entry: string): { queue: string; payload: string } {
  const decoded = decodeFailure(entry);
  if (!decoded.ok) throw noPayload(decoded.reason);
  // Any writer's: every member may be missing.
  const { queue, payload }: Partial<Record<keyof ParsedFailedJobPayload, unknown>> = decoded.failure;
  const raw = rawMember(entry, 'payload');
  if (raw === null || payload === null) throw noPayload('it has no payload');
  // A text is the payload of a job that was no JSON.
  const original = typeof payload === 'string' ? payload : raw;
  const job = decodeJob(original);
  const target: unknown = typeof queue === 'string' && queue !== '' ? queue : job.ok ? job.job.queue : queue;
  checkQueueName(target);
  return { queue: target, payload: original };
}

const notFailed = (): ReskueError =>
  new ReskueError('RESKUE_JOB_NOT_FAILED', 'This job is not in failed queue');

const noPayload = (reason: string): ReskueError =>
  new ReskueError('RESKUE_PAYLOAD_INVALID', `The failed job cannot be retried: ${reason}`);
