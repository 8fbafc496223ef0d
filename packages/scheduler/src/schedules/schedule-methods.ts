import { EventEmitter } from 'node:events';
import type { HeardSchedulerEvents } from '../scheduler-events.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import type { ScheduleInfo } from './schedule-info.js';
import type { Schedules } from './schedules.js';

/** The part of a Scheduler that keeps recurring jobs; whether it leads makes no difference. */
export abstract class ScheduleMethods extends EventEmitter<HeardSchedulerEvents> {
  protected abstract readonly recurring: Schedules;

  /**
   * Stores a recurring job under a name; true when it is new or other than before. Its ticks count from now on, unless its
   * times stand as they did.
   * @throws RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID (with the line, the position and the field), RESKUE_ARGS_NOT_JSON,
   * RESKUE_NOT_CONNECTED
   */
  schedule(name: string, definition: ScheduleDefinition): Promise<boolean> {
    return this.recurring.schedule(name, definition);
  }

  /** Removes a recurring job; false when there is none. Jobs that it has brought stay. */
  unschedule(name: string): Promise<boolean> {
    return this.recurring.unschedule(name);
  }

  /** All recurring jobs, whoever stored them, by their names. */
  schedules(): Promise<ScheduleInfo[]> {
    return this.recurring.list();
  }

  /**
   * Puts the job of a schedule into its queue now, also while it is paused; its ticks go on as before. False when an enqueue
   * hook refused it.
   * @throws RESKUE_SCHEDULE_UNKNOWN, RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID, what a hook throws
   */
  runNow(name: string): Promise<boolean> {
    return this.recurring.runNow(name);
  }

  /** Lets a schedule bring no more jobs, until `resume`; false when it was paused already. @throws RESKUE_SCHEDULE_UNKNOWN */
  pause(name: string): Promise<boolean> {
    return this.recurring.pause(name);
  }

  /** Goes on with the next tick; those that came meanwhile are left out. False when it was not paused. @throws RESKUE_SCHEDULE_UNKNOWN */
  resume(name: string): Promise<boolean> {
    return this.recurring.resume(name);
  }
}
