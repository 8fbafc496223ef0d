// What node-resque 9 exports, under its names.
export { Connection, Plugin } from '@reskue/core';
export type {
  ConnectionOptions,
  ErrorPayload,
  Job,
  Jobs,
  ParsedFailedJobPayload,
  ParsedJob,
  ParsedWorkerPayload,
} from '@reskue/core';
export { MultiWorker } from '@reskue/multi-worker';
export * as Plugins from '@reskue/plugins';
export { Queue } from '@reskue/queue';
export { Scheduler } from '@reskue/scheduler';
export { Worker } from '@reskue/worker';

// What there is beyond it.
export {
  claimOf,
  defineJobs,
  errorCodes,
  isReskueError,
  registerPlugin,
  ReskueError,
  RunPlugin,
  RunPlugins,
} from '@reskue/core';
export type {
  DefinedJobs,
  Dialect,
  HookAnswer,
  IdleWorker,
  JobArgs,
  JobClaim,
  JobDefinition,
  JobDefinitions,
  JobFunction,
  JobName,
  JobResult,
  PluginClass,
  PluginHost,
  PluginJob,
  PluginQueue,
  ReadyClient,
  Redirection,
  RedisClient,
  ReskueErrorCode,
  ResolvedConnectionOptions,
  SchemaIssue,
  SchemaResult,
  ScriptArgument,
  SettlementCommand,
  Settling,
  StandardSchema,
} from '@reskue/core';
export type { MultiWorkerEvents, MultiWorkerOptions, ResolvedMultiWorkerOptions } from '@reskue/multi-worker';
export type { BackoffStrategy, JobLockOptions, LockOptions, RetryOptions } from '@reskue/plugins';
export type { BulkJob, LookOptions, QueueOptions, ResolvedQueueOptions } from '@reskue/queue';
export { Schedules } from '@reskue/scheduler';
export type {
  CatchUp,
  HeardSchedulerEvents,
  Overlap,
  ResolvedSchedulerOptions,
  ScheduleDefinition,
  ScheduleInfo,
  SchedulerEvents,
  SchedulerOptions,
} from '@reskue/scheduler';
export { currentJob, installSignalHandlers, isolatedJob } from '@reskue/worker';
export type {
  Endable,
  EndOptions,
  IsolatedJob,
  IsolatedJobOptions,
  JobContext,
  ResolvedWorkerOptions,
  SignalOptions,
  WorkerEvents,
  WorkerOptions,
} from '@reskue/worker';
