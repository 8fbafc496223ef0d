import { expectTypeOf } from 'vitest';
import { defineJobs, type JobArgs, type JobName, type JobResult } from './define-jobs.js';
import type { Jobs } from './job.js';
import type { StandardSchema } from './standard-schema.js';

declare const twoNumbers: StandardSchema<[a: string, b: number], [number, number]>;

const _jobs = defineJobs({
  add: { perform: async (a: number, b: number) => a + b },
  sync: { plugins: ['JobLock'], pluginOptions: { JobLock: { reEnqueue: false } }, perform: () => 'text' },
  bare: async (text: string) => text.length,
  // With a schema, perform takes what comes out of it, and enqueue what goes in.
  checked: { args: twoNumbers, perform: (a: number, b: number) => a * b },
});

expectTypeOf<JobName<typeof _jobs>>().toEqualTypeOf<'add' | 'sync' | 'bare' | 'checked'>();
expectTypeOf<JobArgs<typeof _jobs, 'add'>>().toEqualTypeOf<[a: number, b: number]>();
expectTypeOf<JobArgs<typeof _jobs, 'sync'>>().toEqualTypeOf<[]>();
expectTypeOf<JobArgs<typeof _jobs, 'bare'>>().toEqualTypeOf<[text: string]>();
expectTypeOf<JobArgs<typeof _jobs, 'checked'>>().toEqualTypeOf<[a: string, b: number]>();
expectTypeOf<JobResult<typeof _jobs, 'add'>>().toEqualTypeOf<number>();
expectTypeOf<JobResult<typeof _jobs, 'sync'>>().toEqualTypeOf<string>();
expectTypeOf<JobResult<typeof _jobs, 'bare'>>().toEqualTypeOf<number>();

// Jobs typed by node-resque's interface take anything.
expectTypeOf<JobName<Jobs>>().toEqualTypeOf<string>();
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
expectTypeOf<JobArgs<Jobs, string>>().toEqualTypeOf<any[]>();

// Parameters without a type are unknown, not any.
const untyped = defineJobs({ echo: { perform: (value) => value } });
expectTypeOf(untyped.echo.perform).parameter(0).toBeUnknown();

// @ts-expect-error a job needs something to perform
defineJobs({ none: { plugins: [] } });
// @ts-expect-error perform cannot take what the schema gives
defineJobs({ bad: { args: twoNumbers, perform: (a: string, b: number) => a + String(b) } });
