export * from './index.js';
export { closeClient } from './connection/close-client.js';
export { isCluster, isMock, openClient, reconnectDelay } from './connection/redis-client.js';
export { scanKeys } from './connection/scan-keys.js';
export { decodeFailure, type DecodedFailure } from './failure/decode-failure.js';
export { describeThrown, type Thrown } from './failure/describe-thrown.js';
export { encodeFailure, type Failure } from './failure/encode-failure.js';
export { resolveJob, type ResolvedJob } from './jobs/resolve-job.js';
export { validateArgs } from './jobs/validate-args.js';
export * from './keys/keys.js';
export { forgetBrought } from './locks/brought-locks.js';
export { begins, ends, holdersOf, newHolders } from './locks/holders.js';
export { doesYield } from './locks/does-yield.js';
export {
  isProcessMark,
  leaseMark,
  newNumberer,
  newProcessMark,
  readLockValue,
  type LockValue,
} from './locks/lock-value.js';
export { optionInvalid } from './options/option-invalid.js';
export { OptionReader } from './options/read-option.js';
export { decodeBytes } from './payload/decode-bytes.js';
export { decodeJob, type DecodedJob } from './payload/decode-job.js';
export { assemble, encodeArgs, encodeJob, type PayloadPurpose } from './payload/encode-job.js';
export { encodeRun } from './payload/encode-run.js';
export { kindOf, type JobKind } from './payload/job-kind.js';
export { PayloadRun, type Payloads } from './payload/payload-run.js';
export { encodeJobs, encodePayload, type WritableJob } from './payload/encode-jobs.js';
export { encodingCandidates } from './payload/encoding-candidates.js';
export { LongPayload, type Payload } from './payload/long-payload.js';
export { addMembers, withoutMembers } from './payload/payload-members.js';
export { jobMatcher, sameJob, sameValue, type WantedJob } from './payload/same-job.js';
export { hasDequeueHook, runDequeueHooks } from './plugin/dequeue-hooks.js';
export { goOn } from './plugin/go-on.js';
export { Later, type Hearing } from './plugin/later.js';
export {
  jobNeeds,
  tellNeeds,
  tellsNeeds,
  type JobNeeds,
  type NeedSubject,
  type PluginNeeds,
} from './needs/job-needs.js';
export { MetNeeds } from './needs/met-needs.js';
export { NeedsOfCall } from './needs/read-met.js';
export { isThenable } from './plugin/is-thenable.js';
export { delayedMembers } from './plugin/payload-hook.js';
export {
  createPluginRun,
  type PluginHook,
  type PluginRun,
  type PluginSettlement,
} from './plugin/plugin-run.js';
export { pluginClass } from './plugin/plugin-registry.js';
export { addOwnCommands } from './plugin/settlement.js';
export { sendCommand, sendCommands } from './plugin/send-commands.js';
export * from './scripts/index.js';
export { isLean } from './scripts/lean-command.js';
export { popToken } from './scripts/pop-token.js';
export type { Listener } from './scripts/told-command.js';
export { countExisting } from './scripts/count-existing.js';
export { inOneWrite } from './scripts/in-one-write.js';
export { bucketSecond } from './time/bucket-second.js';
export { untilCommonMoment } from './time/common-moment.js';
export { parseTime } from './time/parse-time.js';
export {
  localFailedAt,
  nodeDate,
  rubyFailedAt,
  rubyHeartbeat,
  rubyRunAt,
  rubyStarted,
} from './time/time-texts.js';
export {
  parseWorkerId,
  splitQueues,
  workerId,
  type KnownWorkers,
  type ParsedWorkerId,
} from './worker-id/worker-id.js';
export { rawMember } from './payload/raw-member.js';
export { decodeAhead, decodeRecord, type WorkerRecord } from './record/worker-record.js';
export { workersOf, type LeaseOrder } from './recovery/lease-order.js';
export { readAhead } from './recovery/read-ahead.js';
export { reapLease, takeBack } from './recovery/reap-lease.js';
export {
  decodeBlockedMs,
  decodeLeaseTerms,
  encodeLeaseTerms,
  type LeaseTerms,
} from './recovery/lease-terms.js';
