import { setImmediate as ofNode } from 'node:timers';

// Kept, for an application's tests may put another in its place, whose turns are never over.
const nextTurn = ofNode;

/** Who calls later than so many ms after the last reply has slept meanwhile, and does not call often. */
const soonMs = 1;

/** Turns of the event loop that are waited at most: what a thread does in them, it would do to fall asleep and be woken. */
export const mostTurns = 64;
/** A reply that is there by then comes just as soon to one who sleeps: server and client share a core, or it waited. */
const fewestTurns = 3;
/** How much may be lost before it is left, and so many calls in a row then go without. */
const fullTrust = 8;
const callsToRest = 256;

/**
 * Keeps this thread from falling asleep while one reply is under way that somebody waits for. Of a lone round trip to a
 * server nearby, going to sleep and being woken are the larger part, and take the time of a core as well. Everything else
 * that is ready runs meanwhile, as ever: the event loop only does not block. So it is for those who call again as soon as they
 * are answered; it ends after {@link mostTurns}, and it rests for a while where it does not pay: with a server that is far, or
 * that shares the core with this thread.
 */
export class StayAwake {
  #isWaiting = false;
  /** Whether a turn is to come. */
  #isAwake = false;
  #turns = 0;
  #trust = fullTrust;
  #rest = 0;
  #answeredAt = -Infinity;

  /** A call was sent; the one before is answered. */
  begin(): void {
    if (performance.now() - this.#answeredAt > soonMs) return;
    if (this.#rest > 0) {
      this.#rest -= 1;
      return;
    }
    this.#isWaiting = true;
    this.#turns = 0;
    if (this.#isAwake) return;
    this.#isAwake = true;
    nextTurn(this.#turn);
  }

  /** It was answered. */
  end(): void {
    this.#answeredAt = performance.now();
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#judge(this.#turns >= fewestTurns);
  }

  readonly #turn = (): void => {
    this.#turns += 1;
    if (this.#isWaiting && this.#turns <= mostTurns) {
      nextTurn(this.#turn);
      return;
    }
    this.#isAwake = false;
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#judge(false);
  };

  #judge(hasPaid: boolean): void {
    if (hasPaid) {
      if (this.#trust < fullTrust) this.#trust += 1;
      return;
    }
    this.#trust -= 2;
    if (this.#trust > 0) return;
    this.#rest = callsToRest;
    // The next one is a try.
    this.#trust = 1;
  }
}
