import type { AheadClaim, ClaimAhead } from './claim-ahead.js';
import type { Slot } from './slot.js';

/** How often it looks, while there is something to look after. */
const lookMs = 10;
/** A claim that waits for longer goes back; a job that runs for longer is shown in its worker's record. */
const longMs = 20;

export interface AheadKeeper {
  adopt(slot: Slot, claim: AheadClaim): void;
  giveBack(): void;
  settle(): void;
}

/**
 * Sees to it that nothing that was claimed ahead waits behind a long job, that a long job stands where everybody looks, and
 * that nothing done stays unsettled. Of a job that blocks the event loop it learns too late: there the heartbeat's thread
 * gives back what waits.
 */
export class AheadWatch {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly ahead: ClaimAhead,
    readonly slots: ReadonlySet<Slot>,
    readonly keeper: AheadKeeper,
  ) {}

  /** Looks from now on, until there is nothing any more. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const longAgo = performance.now() - longMs;
    if ((this.ahead.heldSince ?? Infinity) < longAgo || this.ahead.isStale) this.keeper.giveBack();
    let isBusy = !this.ahead.isIdle || this.ahead.hasFinished;
    for (const slot of this.slots) {
      if (!slot.ahead || slot.isAdopted) continue;
      isBusy = true;
      if (slot.begunAt >= longAgo) continue;
      this.ahead.estimate.addLong();
      slot.isAdopted = true;
      slot.ahead.met?.whenLong?.();
      this.keeper.adopt(slot, slot.ahead);
    }
    if (this.ahead.hasFinished) this.keeper.settle();
    if (!isBusy) this.stop();
  }
}
