import {
  decodeRecord,
  NeedsOfCall,
  nodeDate,
  rubyRunAt,
  type CycleAhead,
  type CycleAheadReply,
  type CycleCall,
  type CycleQueue,
  type CycleReply,
  type CycleSlot,
  type CycleSlotReply,
  type Dialect,
} from '@reskue/core/protocol';
import type { AheadRequest } from './claim-ahead.js';
import type { Claim, Slot } from './slot.js';

/** A claim made ahead, with the index of its queue in the call. */
export type NewClaim = Claim & { queueIndex: number };

/** A call as the engine makes it. */
export type AheadCall = CycleCall & {
  ahead: CycleAhead;
  /** Where anything is to come along with new claims. */
  needsOfCall: NeedsOfCall | undefined;
};

/** Makes the calls of a process and numbers all that they claim, upwards. */
export class CallMaker {
  #last = 0;

  make(
    leaseId: string,
    dialect: Dialect,
    queues: readonly CycleQueue[],
    parts: readonly { slot: Slot; wants: boolean }[],
    request: AheadRequest | undefined,
  ): AheadCall {
    const slots = parts.map(({ slot, wants }): CycleSlot => {
      slot.number = ++this.#last;
      const { identity, number, outcome, ahead } = slot;
      const { workerId, name, countedAs } = identity;
      const part = { workerId, name, countedAs, number, wants, outcome };
      return ahead ? { ...part, aheadClaim: ahead.number } : part;
    });
    const first = this.#last + 1;
    const { wanted, unlocks, claimUnlocks, isLong, needs } = request ?? nothing;
    this.#last += wanted;
    const done = (request?.done ?? []).map(({ slot, claims }) => ({
      countedAs: slot.identity.countedAs,
      claims: claims.map(({ number }) => number),
    }));
    return {
      leaseId,
      runAt: runAtNow(dialect),
      queues,
      slots,
      ahead: { first, wanted, done, unlocks, claimUnlocks, isLong, needs },
      needsOfCall: needs.length > 0 ? new NeedsOfCall(needs, leaseId, first, wanted) : undefined,
    };
  }
}

/** The last text of a date, which stands for a second. */
let lastDate = { second: -1, text: '' };

/** The present as a record tells it. */
export function runAtNow(dialect: Dialect): string {
  const now = Date.now();
  if (dialect === 'ruby') return rubyRunAt(now);
  const second = Math.floor(now / 1_000);
  if (second !== lastDate.second) lastDate = { second, text: nodeDate(now) };
  return lastDate.text;
}

/** What a call brought ahead. */
export function claimsOf(
  { fresh, met, records, long }: CycleAheadReply,
  { queues, ahead: { first }, needsOfCall }: AheadCall,
): NewClaim[] {
  if (long) return long.claimed;
  // Claims of before, whose reply was lost.
  const known = records.flatMap((text) => decodeRecord(text) ?? []);
  const came = needsOfCall?.read(met, fresh, known);
  const claims: NewClaim[] = [];
  for (const { queueIndex, payloads } of fresh) {
    const queue = queues[queueIndex]?.name ?? '';
    for (const payload of payloads) {
      const place = claims.length;
      claims.push({ queue, payload, number: first + place, queueIndex, met: came?.[place] });
    }
  }
  for (const { queue, payload, claim } of known) {
    const number = claim ?? 0;
    claims.push({ queue, payload, number, queueIndex: queues.length - 1, met: came?.[claims.length] });
  }
  return claims;
}

const nothing: AheadRequest = {
  wanted: 0,
  epoch: 0,
  done: [],
  unlocks: [],
  claimUnlocks: [],
  isLong: false,
  needs: [],
};

/** The calls that these make: the script of long payloads takes no slots. */
export function callsFor(slots: Slot[], request: AheadRequest): [slots: Slot[], request: AheadRequest][] {
  if (!request.isLong) return [[slots, request]];
  const calls: [Slot[], AheadRequest][] = [[[], request]];
  if (slots.length > 0) calls.push([slots, nothing]);
  return calls;
}

/** What a cycle brought. */
export interface CycleResult {
  slots: CycleSlotReply[];
  ahead: NewClaim[];
  /** The next job is one whose process died once. */
  isBarred: boolean;
  /** Jobs cannot be claimed by the way for long payloads, for now. */
  isClosed: boolean;
}

export const resultOf = (
  { slots, ahead: { isBarred, long } }: Extract<CycleReply, { status: 'cycled' }>,
  ahead: NewClaim[],
): CycleResult => ({ slots, ahead, isBarred, isClosed: long !== undefined && long.way !== 'open' });

/** Whether there was a job for each slot that wanted one, and each claim ahead. */
export const broughtAll = (
  reply: CycleResult | undefined,
  wants: readonly boolean[],
  { wanted }: AheadRequest,
): boolean =>
  (wanted > 0 || wants.includes(true)) &&
  reply?.ahead.length === wanted &&
  wants.every((wantsJob, index) => !wantsJob || reply.slots[index]?.claim);

/** How many jobs a call asked for, as far as its answer tells whether there are more: a way that is closed brings none. */
export const askedOf = (
  reply: CycleResult | undefined,
  wants: readonly boolean[],
  { wanted }: AheadRequest,
): number => wants.filter(Boolean).length + (reply?.isClosed === true ? 0 : wanted);
