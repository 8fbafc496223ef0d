import { defineJobs, type ErrorPayload, type Job, type ParsedJob } from '@reskue/core';
import type { Queue } from '@reskue/queue';
import { expectTypeOf } from 'vitest';
import { Scheduler } from './scheduler.js';
import type { ScheduleInfo } from './schedules/schedule-info.js';

const scheduler = new Scheduler({ connection: null, timeout: 100, stuckWorkerTimeout: false }, {});

scheduler.on('workingTimestamp', (second: string) => second);
// As node-resque declares it.
scheduler.on('workingTimestamp', (second: number) => second);
scheduler.on('transferredJob', (_second: number, job: Job) => job);
scheduler.on('transferredJob', (second, _job: ParsedJob) => {
  expectTypeOf(second).toEqualTypeOf<number>();
});
scheduler.on('cleanStuckWorker', (worker, payload, delta) => {
  expectTypeOf(worker).toEqualTypeOf<string>();
  expectTypeOf(payload).toEqualTypeOf<ErrorPayload>();
  expectTypeOf(delta).toEqualTypeOf<number>();
});
scheduler.on('error', (error, queue) => {
  expectTypeOf(error).toEqualTypeOf<Error>();
  expectTypeOf(queue).toEqualTypeOf<string>();
});
// @ts-expect-error -- a misspelt event is told
scheduler.on('transferedJob', () => {});
// @ts-expect-error -- and so is an option that is none
new Scheduler({ timeOut: 100 });

expectTypeOf(scheduler.leader).toEqualTypeOf<boolean>();
expectTypeOf(scheduler.options.name).toEqualTypeOf<string>();
expectTypeOf(scheduler.queue).toEqualTypeOf<Queue>();
expectTypeOf(scheduler.poll()).toEqualTypeOf<Promise<void>>();

scheduler.on('scheduled', (name, job, tick) => {
  expectTypeOf(name).toEqualTypeOf<string>();
  expectTypeOf(job).toEqualTypeOf<ParsedJob>();
  expectTypeOf(tick).toEqualTypeOf<number>();
});
scheduler.on('skippedTick', (_name, _tick, reason) => {
  expectTypeOf(reason).toEqualTypeOf<'overlap' | 'refused'>();
});
expectTypeOf(scheduler.schedules()).toEqualTypeOf<Promise<ScheduleInfo[]>>();
expectTypeOf(scheduler.schedule('a', { cron: '0 3 * * *', queue: 'q', class: 'c' })).toEqualTypeOf<
  Promise<boolean>
>();
new Scheduler({ schedules: { a: { every: '5m', queue: 'q', class: 'c', args: [1], overlap: 'skip' } } });
// @ts-expect-error -- a schedule without a queue
void scheduler.schedule('a', { every: 5_000, class: 'c' });
// @ts-expect-error -- a misspelt choice
new Scheduler({ schedules: { a: { every: '5m', queue: 'q', class: 'c', catchUp: 'some' } } });

new Scheduler({}, defineJobs({ add: { perform: async (a: number, b: number) => a + b } }));
