import type { CycleSlotReply } from '@reskue/core/protocol';
import type { AheadRequest } from './claim-ahead.js';
import type { Engine } from './engine.js';
import type { Slot } from './slot.js';

/** Tells a slot how its claim was settled; without a reply it was lost. Refused, the claim is held still. */
export function settleSlot(engine: Engine, slot: Slot, reply: CycleSlotReply | undefined): void {
  if (reply?.settlement === 'refused') {
    slot.host.settled({ status: 'refused', reason: reply.reason });
    return;
  }
  // A worker that was cleaned away by force has not lost what it claimed ahead: that was in no record of its own.
  if (reply && reply.settlement !== 'settled' && slot.ahead) void engine.giveBack([slot.ahead]);
  endClaim(slot, reply?.settlement === 'settled' ? 'settled' : 'lost');
}

/** A claim is over; its slot holds nothing. */
export function endClaim(slot: Slot, status: 'settled' | 'lost'): void {
  slot.outcome = slot.ahead = null;
  slot.claimLost = false;
  slot.host.settled({ status });
}

/** The ends of these were told already, and then not settled. */
export function tellLost(done: AheadRequest['done']): void {
  for (const { slot, claims } of done) for (const claim of claims) slot.host.lostAfterwards(claim);
}

/** A queue whose key is of another type is told by somebody who worked it. */
export function tellBroken(queues: readonly string[], slot: Slot | undefined): void {
  for (const queue of queues) {
    const remedy = 'look at the key and rename or delete it';
    slot?.host.failed(new Error(`WRONGTYPE queue "${queue}" is no list: ${remedy}`), queue);
  }
}
