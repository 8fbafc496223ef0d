import { parseTime, type ReskueError } from '@reskue/core/protocol';
import { readSchedule, type StoredSchedule } from './read-schedule.js';
import type { CatchUp, Overlap } from './schedule-definition.js';

/** A recurring job, as `schedules()` shows it. Times are epoch ms of Redis's clock. */
export interface ScheduleInfo {
  name: string;
  queue: string;
  class: string;
  args: unknown[];
  description: string | undefined;
  /** The line as it is stored, its zone included. */
  cron: string | undefined;
  timezone: string | undefined;
  /** The interval, ms. */
  every: number | undefined;
  catchUp: CatchUp;
  overlap: Overlap;
  /** Ms. */
  jitter: number;
  paused: boolean;
  /** Whether it is one of the option `schedules` of a scheduler. */
  fromOption: boolean;
  /** The next tick; null while it is paused or has none, and where only a leader will know it. */
  nextAt: number | null;
  /** When it last brought a job, in whole seconds; null for never. */
  lastAt: number | null;
  /** Why no scheduler of ours can run it; then the other members are empty. */
  error: ReskueError | undefined;
}

/** What Redis tells of a schedule beside its text. */
export interface ScheduleState {
  nowMs: number;
  since: string | undefined;
  fired: string | undefined;
  ran: string | undefined;
}

export function infoOf(name: string, config: string, state: ScheduleState): ScheduleInfo {
  const lastAt = parseTime(state.ran) ?? null;
  const read = readSchedule(name, config);
  if (!read.ok) return { ...nothing, args: [], name, lastAt, error: read.error };
  const { schedule } = read;
  return {
    name,
    queue: schedule.queue,
    class: schedule.class,
    // A list, as the reader made it.
    args: JSON.parse(schedule.argsText) as unknown[],
    description: schedule.description,
    cron: schedule.cron,
    timezone: schedule.timezone,
    every: schedule.everyMs,
    catchUp: schedule.catchUp,
    overlap: schedule.overlap,
    jitter: schedule.jitterMs,
    paused: schedule.paused,
    fromOption: schedule.origin === 'option',
    nextAt: schedule.paused || schedule.elsewhere ? null : nextOf(schedule, state),
    lastAt,
    error: undefined,
  };
}

function nextOf({ calling, everyMs }: StoredSchedule, { nowMs, since = '' }: ScheduleState): number | null {
  const [, at, key] = /^(\d+) (.*)$/s.exec(since) ?? [];
  // Intervals count from when a leader first saw them.
  if (everyMs !== undefined && key !== calling.key) return null;
  const next = calling.after(Number(at ?? nowMs), nowMs);
  return Number.isFinite(next) ? next : null;
}

const nothing = {
  queue: '',
  class: '',
  description: undefined,
  cron: undefined,
  timezone: undefined,
  every: undefined,
  catchUp: 'none',
  overlap: 'allow',
  jitter: 0,
  paused: false,
  fromOption: false,
  nextAt: null,
} as const;
