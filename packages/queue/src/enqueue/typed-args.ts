import type { DefinedJobs, JobArgs, JobName } from '@reskue/core';

/** True for the jobs of `defineJobs`; with any other map, every class and every args may be enqueued. */
type IsDefined<Jobs> = Jobs extends DefinedJobs ? true : false;

/** The class names that may be enqueued. */
export type ClassName<Jobs> = IsDefined<Jobs> extends true ? JobName<Jobs> : string;

/** The args of a class as a parameter: they may be left out where none are needed. */
export type ArgsOf<Jobs, Name> =
  IsDefined<Jobs> extends true
    ? Name extends keyof Jobs
      ? OptionalIfEmpty<JobArgs<Jobs, Name>>
      : never
    : [args?: unknown];

/** The same, before a last parameter. */
export type DelayedArgsOf<Jobs, Name> =
  IsDefined<Jobs> extends true
    ? Name extends keyof Jobs
      ? [...OptionalIfEmpty<JobArgs<Jobs, Name>>, suppressDuplicateTaskError?: boolean | undefined]
      : never
    : [args?: unknown, suppressDuplicateTaskError?: boolean | undefined];

/** A job of `enqueueBulk`. */
export type BulkJob<Jobs, Name extends string = ClassName<Jobs>> = Name extends string
  ? { queue: string; class: Name } & ArgsMember<ArgsOf<Jobs, Name>>
  : never;

type OptionalIfEmpty<Args> = [] extends Args ? [args?: Readonly<Args> | undefined] : [args: Readonly<Args>];

type ArgsMember<Parameter extends unknown[]> = Parameter extends [infer Args]
  ? { args: Args }
  : { args?: Parameter[0] };
