import type { ConnectionOptions } from '@reskue/core';
import { Connection, OptionReader, optionInvalid } from '@reskue/core/protocol';

/** What a Queue is made from. */
export interface QueueOptions {
  /** How to reach Redis; or a `Connection` that others use, too: it is shared, and `end()` leaves it open. */
  connection?: ConnectionOptions | Connection | null | undefined;
  /** Unused, as in node-resque. */
  queue?: unknown;
  /**
   * Milliseconds for which a job whose reply got lost is sent again, before `enqueue` gives up. Within them it is stored
   * once, however often it is sent. @default 20000
   */
  enqueueTimeout?: number | null | undefined;
  /**
   * Whether each payload tells, beside `args`, from when on its job was to wait in its queue: `"enqueued_at"`, epoch ms of
   * this process's clock, or the due time of a delayed job. So waits and ages can be measured. @default false
   */
  enqueuedAt?: boolean | null | undefined;
}

/** A Queue's own copy of its options, with the defaults. */
export interface ResolvedQueueOptions extends QueueOptions {
  enqueueTimeout: number;
  enqueuedAt: boolean;
}

export interface ResolvedQueue {
  options: ResolvedQueueOptions;
  connection: Connection;
  /** False when the connection was handed in. */
  ownsConnection: boolean;
}

// A call is known to Redis for a quarter of an hour; sending it again after that could store it twice.
const LONGEST_TIMEOUT = 10 * 60_000;

/**
 * Copies the options, fills in the defaults, and refuses what cannot work.
 * @throws RESKUE_OPTION_INVALID, and what the options of the connection are refused with
 */
export function resolveQueueOptions(given: QueueOptions): ResolvedQueue {
  const read = new OptionReader('Queue', given);
  const enqueueTimeout = read.integer('enqueueTimeout', 20_000, 0, LONGEST_TIMEOUT);
  const enqueuedAt = read.boolean('enqueuedAt', false);
  const options = { ...given, enqueueTimeout, enqueuedAt };
  const { connection } = given;
  if (isConnection(connection)) return { options, connection, ownsConnection: false };
  return { options, connection: new Connection(connection ?? {}), ownsConnection: true };
}

/** By shape: it may come from another copy of the package. */
function isConnection(given: QueueOptions['connection']): given is Connection {
  return typeof given === 'object' && given !== null && 'run' in given && typeof given.run === 'function';
}

/** @throws RESKUE_OPTION_INVALID */
export function checkJobs(jobs: unknown): void {
  if (typeof jobs !== 'object' || jobs === null || Array.isArray(jobs)) {
    throw optionInvalid('Queue', 'jobs', jobs, 'an object of jobs by class name');
  }
}
