import { hostname } from 'node:os';
import type { Connection, ConnectionOptions } from '@reskue/core';
import { OptionReader } from '@reskue/core/protocol';
import { encodeSchedule, type ScheduleDefinition } from './schedules/schedule-definition.js';

/** What a Scheduler may be given; everything may be left out, and `null` counts as left out. */
export interface SchedulerOptions {
  /** How to reach Redis; or a `Connection` that others use, too: it is shared, and `end()` leaves it open. */
  connection?: ConnectionOptions | Connection | null | undefined;
  /** Written into the locks of the leader; two schedulers must not share it. @default hostname:pid */
  name?: string | null | undefined;
  /**
   * Milliseconds between two looks for jobs that others than Reskue delayed, between two attempts to lead, and the longest
   * back-off after an error. Reskue's own jobs are promoted when they are due, whatever it is. @default 5000
   */
  timeout?: number | null | undefined;
  /** Milliseconds without a ping after which a worker is taken for dead, and its job for failed; `false` or 0: never. @default 3600000 */
  stuckWorkerTimeout?: number | false | null | undefined;
  /**
   * Seconds after which the locks of a leader that died expire, for neighbours; another of ours takes them over within
   * 15 s. @default 180
   */
  leaderLockTimeout?: number | null | undefined;
  /** Sends the jobs of workers that were cleaned up back to their queues. @default false */
  retryStuckJobs?: boolean | null | undefined;
  /**
   * Recurring jobs by their names. Whoever leads writes them to Redis, and removes those that it finds there from an earlier
   * version of this option; so all schedulers of a namespace should be given the same. Left out: none is touched.
   */
  schedules?: Readonly<Record<string, ScheduleDefinition>> | null | undefined;
}

/** A Scheduler's own copy of its options, with the defaults. */
export interface ResolvedSchedulerOptions {
  connection: ConnectionOptions | Connection;
  name: string;
  timeout: number;
  /** 0 = never. */
  stuckWorkerTimeout: number;
  leaderLockTimeout: number;
  retryStuckJobs: boolean;
  schedules: Readonly<Record<string, ScheduleDefinition>> | undefined;
}

/**
 * Fills in the defaults and refuses what cannot work.
 * @throws RESKUE_OPTION_INVALID with the option's name, what was given and what is expected; for a schedule also
 * RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID, RESKUE_ARGS_NOT_JSON
 */
export function resolveSchedulerOptions(given: SchedulerOptions = {}): ResolvedSchedulerOptions {
  const read = new OptionReader('Scheduler', given);
  const name = read.text('name') ?? `${hostname()}:${process.pid}`;
  if (name.trim() === '') throw read.refuse('name', 'a name that is not empty');
  return {
    connection: given.connection ?? {},
    name,
    timeout: readTimeout(read),
    stuckWorkerTimeout:
      read.raw('stuckWorkerTimeout') === false ? 0 : read.number('stuckWorkerTimeout', 3_600_000, 0),
    leaderLockTimeout: read.integer('leaderLockTimeout', 180, 1),
    retryStuckJobs: read.boolean('retryStuckJobs', false),
    schedules: readSchedules(read, given.schedules ?? undefined),
  };
}

function readTimeout(read: OptionReader): number {
  const timeout = read.number('timeout', 5_000, 1);
  // A longer one overflows Node's timers, which then fire at once.
  if (timeout > 2 ** 31 - 1) throw read.refuse('timeout', `milliseconds from 1 to ${2 ** 31 - 1}`);
  return timeout;
}

/** A copy, of which each was looked through: a wrong line is told here, not when somebody leads. */
function readSchedules(
  read: OptionReader,
  given: Readonly<Record<string, ScheduleDefinition>> | undefined,
): Readonly<Record<string, ScheduleDefinition>> | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || Array.isArray(given))
    throw read.refuse('schedules', 'an object of schedules by their names');
  for (const [name, definition] of Object.entries(given)) encodeSchedule(name, definition, { paused: false });
  return structuredClone(given);
}
