import { holderOf, LongClaimed, type SettlementCommand } from '@reskue/core/protocol';
import type { Claim, Slot } from './slot.js';

/** What a call settles of claims made ahead. */
export interface Settling {
  done: { slot: Slot; claims: Claim[] }[];
  /** Who holds the locks of their jobs. */
  unlocks: readonly number[];
  /** The claims among them whose locks came along. */
  claimUnlocks: readonly number[];
  /** Some were claimed by the way for long payloads, and are settled by it. */
  isLong: boolean;
}

/** Claims made ahead that are done, and wait for a call that settles them. */
export class FinishedClaims {
  #count = 0;
  #slots: Slot[] = [];
  #unlocks: number[] = [];
  #claimUnlocks: number[] = [];
  #hasLong = false;

  get count(): number {
    return this.#count;
  }

  /** Some were claimed by the way for long payloads. */
  get hasLong(): boolean {
    return this.#hasLong;
  }

  get hasUnlocks(): boolean {
    return this.#unlocks.length + this.#claimUnlocks.length > 0;
  }

  add(slot: Slot, claim: Claim, unlocks: readonly SettlementCommand[]): void {
    for (const unlock of unlocks) this.#unlocks.push(holderOf(unlock));
    if (claim.met?.brought) this.#claimUnlocks.push(claim.number);
    if (claim.bytes) this.#hasLong = true;
    if (slot.finished.push(claim) === 1) this.#slots.push(slot);
    this.#count += 1;
  }

  take(): Settling {
    const done = this.#slots.map((slot) => {
      const claims = slot.finished;
      slot.finished = [];
      return { slot, claims };
    });
    const taken = { done, unlocks: this.#unlocks, claimUnlocks: this.#claimUnlocks, isLong: this.#hasLong };
    this.#count = 0;
    this.#slots = [];
    this.#unlocks = [];
    this.#claimUnlocks = [];
    this.#hasLong = false;
    return taken;
  }
}

/** These are settled, and told. V8 may keep the lists for long after their end, with all that they still hold. */
export function releaseClaims(done: Settling['done']): void {
  for (const { claims } of done) {
    for (const claim of claims) if (claim instanceof LongClaimed) claim.release();
    claims.length = 0;
  }
}
