import { kindOf, type JobKind } from '@reskue/core/protocol';
import type { PromotionContext } from './batch.js';
import { pageSizeFor } from './page-size.js';
import { readPayload } from './read-payload.js';

/** A payload that is of none is compared with each. */
const mostKinds = 8;
/** Moved by one call: it takes Redis about a millisecond, and meanwhile workers wait for their jobs. */
const mostAtOnce = 250;

/**
 * The kinds of jobs that these payloads are of. None, unless jobs like all of these may go to their queues without a look at
 * each: they are written as we write them, and have no hooks.
 */
function kindsOf({ hooks }: PromotionContext, payloads: readonly string[]): JobKind[] {
  const kinds = new Map<string, JobKind>();
  for (const payload of payloads) {
    const read = readPayload(payload);
    if (!read.ok || hooks.has(read)) return [];
    const { queue, job } = read;
    const kind = kindOf(payload, queue, job.class);
    if (kind === undefined) return [];
    kinds.set(kind.opening + kind.closing, kind);
    if (kinds.size > mostKinds) return [];
  }
  return [...kinds.values()];
}

/** How it ended: nothing is left in the second; what comes now has to be read; nothing could be moved; we are to stop. */
type AlikeResult = 'empty' | 'other' | 'none' | 'stopped';

/**
 * Promotes what a second's list begins with, for as long as it is due and like these payloads, with which the list began when it
 * was read. What was not seen here is told, where somebody listens.
 */
export async function promoteAlike(
  context: PromotionContext,
  second: string,
  payloads: readonly string[],
): Promise<AlikeResult> {
  const kinds = kindsOf(context, payloads);
  if (kinds.length === 0) return 'none';
  let most = payloads.length;
  for (let moved = 0; ;) {
    if (!(await context.mayGoOn())) return 'stopped';
    const tells = context.isHeard('transferredJob');
    const reply = await context.delayed.promoteAlike(second, kinds, { most, tells });
    moved += reply.moved;
    for (const payload of reply.payloads) tell(context, second, payload);
    if (reply.moved > 0 && reply.left === 0) return 'empty';
    if (reply.moved < most) return moved > 0 ? 'other' : 'none';
    most = Math.min(mostAtOnce, pageSizeFor(reply.moved, reply.bytes));
  }
}

function tell({ emit }: PromotionContext, second: string, payload: string): void {
  const read = readPayload(payload);
  if (read.ok) emit('transferredJob', Number(second), read.job);
}
