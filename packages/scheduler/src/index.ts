export { Scheduler } from './scheduler.js';
export type { SchedulerEvents } from './scheduler-events.js';
export type { ResolvedSchedulerOptions, SchedulerOptions } from './scheduler-options.js';
