import { createHash } from 'node:crypto';
import { decodeJob } from '@reskue/core/protocol';

export type JobState = 'waiting' | 'delayed' | 'working' | 'failed';

/** A job as the listings show it; `--json` prints it as it is. What can not be read is shown by its text, as `raw`. */
export interface JobEntry {
  /** The payload's own `id`, or the first 12 digits of the SHA-1 of its text: the same wherever the job goes. */
  id: string;
  state: JobState;
  queue: string | null;
  class: string | null;
  args: unknown;
  /** ISO; known when the payload tells it. */
  enqueuedAt?: string;
  /** ISO; of delayed jobs. */
  dueAt?: string;
  /** Of jobs at work. */
  worker?: string;
  runAt?: string | null;
  raw?: string;
  /** Why `raw` could not be read. */
  reason?: string;
}

const DIGITS = 12;

/** Short, and stable for the same bytes. */
export const hashOf = (text: string): string =>
  createHash('sha1').update(text).digest('hex').slice(0, DIGITS);

/** A payload of any writer's. */
export function jobEntry(payload: string, state: JobState, queue?: string): JobEntry {
  const decoded = decodeJob(payload, queue);
  if (!decoded.ok) {
    return {
      id: hashOf(payload),
      state,
      queue: queue ?? null,
      class: null,
      args: null,
      raw: payload,
      reason: decoded.reason,
    };
  }
  const { job } = decoded;
  // Members beside class, queue and args belong to whoever wrote them, and may be anything.
  const own: unknown = Reflect.get(job, 'id');
  const enqueuedMs = millisOf(Reflect.get(job, 'enqueued_at'));
  const named: unknown = job.queue;
  return {
    id: typeof own === 'string' && own !== '' ? own : typeof own === 'number' ? String(own) : hashOf(payload),
    state,
    queue: typeof named === 'string' ? named : (queue ?? null),
    class: job.class,
    args: job.args,
    ...(enqueuedMs !== undefined && { enqueuedAt: new Date(enqueuedMs).toISOString() }),
  };
}

/** Epoch ms that are within what a Date can say. */
function millisOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 8.64e15
    ? value
    : undefined;
}
