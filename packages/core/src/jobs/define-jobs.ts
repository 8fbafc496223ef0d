import type { Job } from './job.js';
import type { StandardSchema } from './standard-schema.js';

/** What a job may be defined by: an object with `perform`, or the bare function. */
export type JobDefinition = JobFunction | (Omit<Job, 'perform'> & { perform: JobFunction });

/**
 * Any function: what it takes is read back by {@link JobArgs}. Written as a method, for the parameters of methods may be
 * narrower than `unknown`; parameters without a type are `unknown`, and ask for one where they are used.
 */
export type JobFunction = { perform(...args: unknown[]): unknown }['perform'];

declare const defined: unique symbol;

/**
 * Marks, in types alone, what `defineJobs` returned: with it, a Queue checks class and args. A plain object of jobs is
 * not checked, for code written against node-resque enqueues what its Queue does not know.
 */
export type DefinedJobs = {
  readonly [defined]: true;
};

/** Jobs by class name, of any signatures. */
export type JobDefinitions = Record<string, JobDefinition>;

/**
 * Carries the names, args and results of jobs in their type: given to a Queue, `enqueue` checks class and args at compile
 * time; given to a Worker, its events are typed. Returns what it was given.
 *
 * @example const jobs = defineJobs({ add: { perform: async (a: number, b: number) => a + b } });
 */
export function defineJobs<Jobs extends JobDefinitions>(jobs: Jobs & CheckedJobs<Jobs>): Jobs & DefinedJobs {
  // The mark is declared, and never there.
  return jobs as Jobs & CheckedJobs<Jobs> & DefinedJobs;
}

/** The names of defined jobs. */
export type JobName<Jobs> = Extract<keyof Jobs, string>;

/** What `enqueue` takes for a job: what its schema accepts, else what `perform` takes. */
export type JobArgs<Jobs, Name extends keyof Jobs> = Jobs[Name] extends {
  args: StandardSchema<infer Input, infer _>;
}
  ? Input extends readonly unknown[]
    ? Input
    : unknown[]
  : Parameters<PerformOf<Jobs[Name]>>;

/** What a job gives, its promise awaited. */
export type JobResult<Jobs, Name extends keyof Jobs> = Awaited<ReturnType<PerformOf<Jobs[Name]>>>;

type PerformOf<Definition> = Definition extends JobFunction
  ? Definition
  : Definition extends { perform: infer Perform extends JobFunction }
    ? Perform
    : never;

/** A job with a schema must be able to perform what the schema gives. */
type CheckedJobs<Jobs> = {
  [Name in keyof Jobs]: Jobs[Name] extends { args: StandardSchema<infer _, infer Output> }
    ? Output extends readonly unknown[]
      ? { perform: (...args: Output) => unknown }
      : never
    : unknown;
};
