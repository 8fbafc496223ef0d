import type { Dialect } from '@reskue/core';
import {
  bucketSecond,
  encodeFailure,
  ReskueError,
  type Promotion,
  type PromotionResult,
} from '@reskue/core/protocol';
import type { Emit, SchedulerEvents } from '../scheduler-events.js';
import type { DelayedJobs } from './delayed-jobs.js';
import type { HookedJob, PromotionHooks } from './promotion-hooks.js';
import { readPayload, type ReadPayload } from './read-payload.js';

/** What a promoter works with. */
export interface PromotionContext {
  readonly delayed: DelayedJobs;
  readonly hooks: PromotionHooks;
  readonly emit: Emit;
  /** Whether anybody listens to an event. */
  isHeard(name: keyof SchedulerEvents): boolean;
  /** The scheduler's name, as it stands in the failures that it writes. */
  readonly name: string;
  readonly dialect: Dialect;
  /** Ms until a job that could not be promoted is tried again. */
  readonly retryMs: number;
  /** Asked before each batch; false when we lead no more or are to stop. */
  mayGoOn(): Promise<boolean>;
}

/** For fewer, one way is as good as the other. */
const fewestAtOnce = 2;

/** How many of the payloads are in the second's list no more; `stopped` when not all of them were tried. */
export interface BatchResult {
  removed: number;
  stopped: boolean;
}

/**
 * Promotes due payloads of one second, in their order: those without hooks all in one step, one with hooks by itself, right
 * after its hooks have run. What is no job goes to `failed`; what a hook refuses stays delayed. `atHead`: the second's list
 * began with exactly these when it was read.
 */
export async function promoteBatch(
  context: PromotionContext,
  second: string,
  payloads: readonly string[],
  atHead = false,
): Promise<BatchResult> {
  const result: BatchResult = { removed: 0, stopped: false };
  let plain: ReadPayload[] = [];
  const flush = async (): Promise<void> => {
    if (plain.length === 0) return;
    // What was there before them is gone, or stays, and then none of them is at the head any more.
    const promoted =
      atHead && (await promoteHead(context, second, plain))
        ? plain.map(() => 'moved')
        : await promoteAll(context, second, plain);
    result.removed += promoted.filter((status) => status !== 'broken').length;
    plain = [];
  };
  for (const payload of payloads) {
    const read = readPayload(payload);
    if (!read.ok || !context.hooks.has(read)) {
      plain.push(read);
      continue;
    }
    await flush();
    if (!(await context.mayGoOn())) return { ...result, stopped: true };
    if ((await promoteHooked(context, second, read)) !== 'broken') result.removed += 1;
  }
  await flush();
  return result;
}

async function promoteHooked(
  context: PromotionContext,
  second: string,
  read: HookedJob,
): Promise<PromotionResult> {
  const moved = await context.hooks.around(read, async () => {
    const [status = 'broken'] = await promoteAll(context, second, [read]);
    return status;
  });
  if (moved !== 'refused') return moved;
  const status = await delay(context, second, read);
  if (status === 'moved') context.emit('refusedJob', Number(second), read.job);
  return status;
}

/** Moves jobs from the head of their second all at once and tells of them; false where they must be moved one by one. */
async function promoteHead(
  context: PromotionContext,
  second: string,
  batch: readonly ReadPayload[],
): Promise<boolean> {
  if (batch.length < fewestAtOnce || !batch.every(({ ok }) => ok)) return false;
  if (!(await context.delayed.promoteHead(second, batch))) return false;
  for (const read of batch) announce(context, second, read);
  return true;
}

/** Moves each where it belongs and tells of it. A job whose queue is no list stays delayed. */
async function promoteAll(
  context: PromotionContext,
  second: string,
  batch: readonly ReadPayload[],
): Promise<PromotionResult[]> {
  const promotions = batch.map((read) => promotionOf(context, read));
  const { jobs: results } = await context.delayed.promote(second, promotions);
  for (const [index, read] of batch.entries()) {
    if (results[index] === 'broken') results[index] = await leaveForLater(context, second, read);
    else if (results[index] === 'moved') announce(context, second, read);
  }
  return results;
}

function announce({ emit }: PromotionContext, second: string, read: ReadPayload): void {
  if (read.ok) emit('transferredJob', Number(second), read.job);
  else emit('error', read.error, read.queue);
}

function promotionOf({ name, dialect }: PromotionContext, read: ReadPayload): Promotion {
  const { payload, queue } = read;
  if (read.ok) return { action: 'queue', payload, queue };
  const failure = encodeFailure(dialect, {
    worker: name,
    queue,
    rawPayload: payload,
    error: read.error,
    failedAt: Date.now(),
  });
  return { action: 'fail', payload, failure };
}

async function leaveForLater(
  context: PromotionContext,
  second: string,
  read: ReadPayload,
): Promise<PromotionResult> {
  const place = read.ok ? `queue "${read.queue}"` : 'failed';
  const error = new ReskueError(
    'RESKUE_REPLY_UNEXPECTED',
    `WRONGTYPE ${place} is no list, so a due job stays delayed: look at the key and rename or delete it`,
  );
  context.emit('error', error, read.queue);
  return read.ok ? delay(context, second, read) : 'broken';
}

async function delay(
  { delayed, dialect, retryMs }: PromotionContext,
  second: string,
  { payload }: ReadPayload,
): Promise<PromotionResult> {
  const dueMs = Math.ceil(delayed.now()) + retryMs;
  // Never into the second that it leaves, whatever the clocks say.
  const bucket = Math.max(bucketSecond(dialect, dueMs), Number(second) + 1);
  const later: Promotion = { action: 'later', payload, second: bucket, dueMs };
  const { jobs } = await delayed.promote(second, [later]);
  return jobs[0] ?? 'broken';
}
