export { Scheduler } from './scheduler.js';
export type { HeardSchedulerEvents, SchedulerEvents } from './scheduler-events.js';
export type { ResolvedSchedulerOptions, SchedulerOptions } from './scheduler-options.js';
