import type { SchedulerOptions } from '@reskue/scheduler';

/** Schedules as a module gave them, for a Scheduler, which refuses what is none. */
export const asDefinitions = (
  schedules: Record<string, unknown> | undefined,
): SchedulerOptions['schedules'] => schedules as SchedulerOptions['schedules'];
