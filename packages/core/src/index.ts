export { Connection } from './connection/connection.js';
export type {
  ConnectionOptions,
  Dialect,
  ResolvedConnectionOptions,
} from './connection/connection-options.js';
export type { ReadyClient, RedisClient } from './connection/redis-client.js';
export { errorCodes, type ReskueErrorCode } from './errors/error-codes.js';
export { isReskueError, ReskueError } from './errors/reskue-error.js';
export {
  defineJobs,
  type DefinedJobs,
  type JobArgs,
  type JobDefinition,
  type JobDefinitions,
  type JobFunction,
  type JobName,
  type JobResult,
} from './jobs/define-jobs.js';
export type { Job, Jobs } from './jobs/job.js';
export type {
  ErrorPayload,
  IdleWorker,
  ParsedFailedJobPayload,
  ParsedJob,
  ParsedWorkerPayload,
} from './jobs/parsed-payloads.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './jobs/standard-schema.js';
export { membersOf, type PayloadMembers } from './payload/payload-members.js';
export { Plugin, type HookAnswer, type PluginJob, type Settling } from './plugin/plugin.js';
export type { PayloadMaking } from './plugin/payload-hook.js';
export type { PluginHost } from './plugin/create-plugin.js';
export { claimOf, type JobClaim } from './plugin/job-claim.js';
export type { PluginQueue } from './plugin/plugin-queue.js';
export { registerPlugin, type PluginClass } from './plugin/plugin-registry.js';
export { RunPlugin, RunPlugins } from './plugin/run-plugins.js';
export type { Redirection } from './plugin/settlement.js';
export type { ScriptArgument } from './scripts/define-script.js';
export type { SettlementCommand } from './scripts/outcome.js';
