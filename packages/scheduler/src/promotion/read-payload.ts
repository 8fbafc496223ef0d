import type { ParsedJob } from '@reskue/core';
import { decodeJob, ReskueError } from '@reskue/core/protocol';

/** A delayed payload that can go to its queue, or the reason why it never can. */
export type ReadPayload =
  | { ok: true; payload: string; queue: string; job: ParsedJob }
  | { ok: false; payload: string; queue: string; error: ReskueError };

/** Reads a delayed payload of any writer; never throws. */
export function readPayload(payload: string): ReadPayload {
  const decoded = decodeJob(payload);
  if (!decoded.ok) return unusable(payload, '', decoded.reason);
  // Any JSON may stand there, whatever the type of a parsed job says.
  const queue: unknown = decoded.job.queue;
  if (typeof queue === 'string' && queue !== '') return { ok: true, payload, queue, job: decoded.job };
  return unusable(payload, '', `payload names no queue, so the job ${decoded.job.class} cannot go to one`);
}

const unusable = (payload: string, queue: string, reason: string): ReadPayload => ({
  ok: false,
  payload,
  queue,
  error: new ReskueError('RESKUE_PAYLOAD_INVALID', `Delayed job moved to failed: ${reason}`),
});
