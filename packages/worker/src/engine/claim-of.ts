import { decodeRecord, type CycleSlotReply } from '@reskue/core/protocol';
import type { Claim } from './slot.js';

/** The job that a slot's part of a cycle brought, and the index of its queue; `number` is that of the slot's call. */
export function claimOf(
  { claim, record }: CycleSlotReply,
  number: number,
  queues: readonly { name: string }[],
): (Claim & { index: number }) | null {
  if (claim) {
    const { queueIndex: index, payload } = claim;
    return { queue: queues[index]?.name ?? '', payload, number, index };
  }
  // A claim of before, whose reply was lost.
  const found = record === null ? null : decodeRecord(record);
  return (
    found && {
      queue: found.queue,
      payload: found.payload,
      number: found.claim ?? 0,
      index: queues.length - 1,
    }
  );
}
