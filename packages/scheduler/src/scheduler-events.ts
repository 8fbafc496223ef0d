import type { ErrorPayload, ParsedJob } from '@reskue/core';

/** A Scheduler's events and what comes with them, as in node-resque; those after the comment are ours. */
export interface SchedulerEvents {
  start: [];
  end: [];
  /** It looks for due jobs; only the leader does. */
  poll: [];
  /** It leads from now on. */
  leader: [];
  /** `queue` where the error belongs to one. Without a listener, errors are dropped: the scheduler goes on. */
  error: [error: Error, queue?: string];
  /** It works this delayed second, a text of digits as in node-resque. */
  workingTimestamp: [second: string];
  /** A due job is in its queue. */
  transferredJob: [second: number, job: ParsedJob];
  /** A worker that had given no sign of life for `delta` seconds was removed; `payload` is what was left in `failed`. */
  cleanStuckWorker: [worker: string, payload: ErrorPayload | undefined, delta: number];

  // ours
  /** A plugin refused a due job (or threw, see `error`): it stays delayed and is tried again later. */
  refusedJob: [second: number, job: ParsedJob];
  /** A tick (epoch ms) of a schedule has brought its job: it is in its queue, or delayed where there is a jitter. */
  scheduled: [name: string, job: ParsedJob, tick: number];
  /** A tick has brought no job: that of an earlier one is there still, or an enqueue hook refused it. */
  skippedTick: [name: string, tick: number, reason: 'overlap' | 'refused'];
  /** A process died: so many of its jobs went back to their queues, so many to `failed`. */
  recovered: [leaseId: string, requeued: number, failed: number];
}

/**
 * The same as listeners declare it. node-resque's declarations differ from what comes: `workingTimestamp` from its text,
 * `transferredJob` from its payload, and neither a queue nor a payload can be missing there. Listeners written for these
 * must compile.
 */
export interface HeardSchedulerEvents extends Omit<SchedulerEvents, keyof Redeclared>, Redeclared {}
interface Redeclared {
  error: [error: Error, queue: string];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a number there, a text in truth
  workingTimestamp: [second: any];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a Job there, a ParsedJob in truth
  transferredJob: [second: number, job: any];
  cleanStuckWorker: [worker: string, payload: ErrorPayload, delta: number];
}

/** Tells the scheduler's listeners; what a listener throws does not come back. */
export type Emit = <Name extends keyof SchedulerEvents>(name: Name, ...args: SchedulerEvents[Name]) => void;

/** What was thrown, as the `error` event brings it: always an Error. */
export const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(String(thrown));
