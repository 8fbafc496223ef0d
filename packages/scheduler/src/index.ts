export { Scheduler } from './scheduler.js';
export type { HeardSchedulerEvents, SchedulerEvents } from './scheduler-events.js';
export type { ResolvedSchedulerOptions, SchedulerOptions } from './scheduler-options.js';
export { Schedules } from './schedules/schedules.js';
export type { CatchUp, Overlap, ScheduleDefinition } from './schedules/schedule-definition.js';
export type { ScheduleInfo } from './schedules/schedule-info.js';
