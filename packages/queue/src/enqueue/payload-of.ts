import {
  addMembers,
  delayedMembers,
  encodePayload,
  LongPayload,
  PayloadRun,
  type Payload,
  type PayloadMembers,
  type PluginRun,
} from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import type { JobCall } from './job-call.js';

/**
 * The payload of a job for its queue, with what its plugins and the option `enqueuedAt` put beside the args.
 * @throws RESKUE_ARGS_NOT_JSON, RESKUE_MEMBER_INVALID, and what a plugin throws
 */
export function payloadOf(context: QueueContext, call: JobCall, run?: PluginRun): Payload {
  const plain = encodePayload(context.connection.dialect, call);
  if (run === undefined) return stampedNow(context, plain);
  return addMembers(String(plain), stamped(context, Date.now(), run.members({ phase: 'enqueue' })));
}

/** A payload with what `enqueuedAt` puts beside the args: as addMembers writes it, for whoever enqueues a million. */
export function stampedNow({ enqueuedAt }: QueueContext, plain: Payload): Payload {
  if (!enqueuedAt) return plain;
  if (typeof plain === 'string') return withTime(plain);
  return new LongPayload(plain.opening, plain.args, withTime(plain.closing));
}

/** The same of a run. */
export function stampedRun({ enqueuedAt }: QueueContext, run: PayloadRun): PayloadRun {
  return enqueuedAt ? new PayloadRun(run.opening, run.middles, withTime(run.closing), run.areSeen) : run;
}

const withTime = (closing: string): string => `${closing.slice(0, -1)},"enqueued_at":${Date.now()}}`;

/** What stands beside the args of a job that is delayed until an epoch ms. */
export function membersOfDelayed(
  context: QueueContext,
  { queue, name, args, job }: JobCall,
  dueMs: number,
): PayloadMembers | undefined {
  const members = job === undefined ? undefined : delayedMembers(context.host, name, queue, job, args, dueMs);
  return stamped(context, Math.max(dueMs, Date.now()), members);
}

function stamped(
  { enqueuedAt }: QueueContext,
  atMs: number,
  members: PayloadMembers | undefined,
): PayloadMembers | undefined {
  return enqueuedAt ? { enqueued_at: atMs, ...members } : members;
}
