import {
  bucketSecond,
  encodeFailure,
  rawMember,
  succeeded,
  withoutMembers,
  type Connection,
  type Destination,
  type Outcome,
  type PluginSettlement,
  type Redirection,
  type SettlementCommand,
} from '@reskue/core/protocol';
import type { Claim, SlotIdentity } from '../engine/slot.js';

/** How a job ended, before plugins have their say. */
export type Ending =
  { kind: 'succeeded' } | { kind: 'failed'; error: unknown } | { kind: 'dropped' } | { kind: 'requeued' };

const none: PluginSettlement = { commands: [], redirection: undefined, errors: [] };

/** What the end of a job means for Redis. Ruby counts a failed job as processed, too; node-resque does not. */
export function outcomeOf(
  connection: Connection,
  identity: SlotIdentity,
  claim: Claim,
  ending: Ending,
  { commands, redirection }: PluginSettlement = none,
): Outcome {
  if (redirection) return redirected(connection, claim, redirection, commands);
  switch (ending.kind) {
    case 'succeeded':
      return succeeded(commands);
    case 'dropped':
      // Whatever a Ruby worker took counts as processed.
      return {
        kind: 'dropped',
        counted: { processed: connection.dialect === 'ruby' ? 1 : 0, failed: 0 },
        commands,
      };
    case 'requeued':
      return redirected(connection, claim, { kind: 'requeued', to: 'front' }, commands);
    case 'failed':
      return {
        kind: 'failed',
        counted: failedCount(connection),
        failure: failure(connection, identity, claim, ending.error),
        commands,
      };
  }
}

function failure(
  { dialect }: Connection,
  { name, workerId }: SlotIdentity,
  claim: Claim,
  error: unknown,
): string {
  const worker = dialect === 'ruby' ? workerId : name;
  return encodeFailure(dialect, {
    worker,
    queue: claim.queue,
    rawPayload: claim.payload,
    error,
    failedAt: Date.now(),
  });
}

function redirected(
  connection: Connection,
  claim: Claim,
  redirection: Redirection,
  commands: SettlementCommand[],
): Outcome {
  const destination: Destination =
    'dueMs' in redirection
      ? {
          to: 'delayed',
          second: bucketSecond(connection.dialect, redirection.dueMs),
          dueMs: Math.ceil(redirection.dueMs),
        }
      : { to: redirection.to, queue: claim.queue };
  const payload = destination.to === 'delayed' ? withQueue(claim) : claim.payload;
  const counted = redirection.kind === 'retried' ? failedCount(connection) : { processed: 0, failed: 0 };
  return { kind: redirection.kind, counted, move: { payload, destination }, commands };
}

const failedCount = ({ dialect }: Connection): Outcome['counted'] => ({
  processed: dialect === 'ruby' ? 1 : 0,
  failed: 1,
});

/**
 * Ruby's queue entries name no queue, but a delayed job must: it is added behind the args, where Ruby writes it, and in
 * front of what somebody put beside them.
 */
function withQueue({ payload, queue }: Claim): string {
  if (rawMember(payload, 'queue') !== null) return payload;
  const end = withoutMembers(payload).lastIndexOf('}');
  return `${payload.slice(0, end)},"queue":${JSON.stringify(queue)}${payload.slice(end)}`;
}
