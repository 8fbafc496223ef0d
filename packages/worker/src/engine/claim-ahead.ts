import { LongClaimed, type JobNeeds, type SettlementCommand } from '@reskue/core/protocol';
import type { AheadGate } from '../heartbeat/ahead-gate.js';
import { FinishedClaims, releaseClaims, type Settling } from './finished-claims.js';
import type { NewClaim } from './make-call.js';
import { NeedsBook } from './needs-book.js';
import { RunEstimate } from './run-estimate.js';
import type { Claim, Slot } from './slot.js';

/** A claim that was made before a slot was free for it. */
export interface AheadClaim extends NewClaim {
  /** Of the gate, when it was asked for. */
  epoch: number;
  /** When it came here, ms of this thread's clock. */
  heldAt: number;
}

/** What a cycle is asked for beside the slots, and the done claims that it settles. `isLong`: by the script of long payloads. */
export interface AheadRequest extends Settling {
  wanted: number;
  epoch: number;
  /** What is to come along with the new claims. */
  needs: readonly JobNeeds[];
}

/**
 * What a lane has claimed ahead of its free slots. A claim is asked for, held, begun (it is a slot's then), finished, and
 * settled with the next cycle. At most `most` are held besides one a free slot, and at most `most` have finished and are not
 * settled: so many jobs can run twice when the process dies.
 */
export class ClaimAhead {
  readonly estimate = new RunEstimate();
  /** What the plugins of its jobs need. */
  readonly book = new NeedsBook();
  #held: AheadClaim[] = [];
  /** Index of the next claim in what is held. */
  #next = 0;
  #asked = 0;
  readonly #finished = new FinishedClaims();
  #unsettled = 0;
  #isHolding = false;

  constructor(
    readonly gate: AheadGate,
    /** Called when the gate has to be watched. */
    readonly watch: () => void,
    readonly most: number,
    /** Whether long payloads can be claimed ahead. */
    readonly isLongWayOpen: () => boolean,
  ) {}

  /** How many claims may wait behind those that run; 0 while nothing is to be claimed ahead. */
  get allowance(): number {
    if (this.most === 0 || !this.gate.isGuarded || !this.gate.isOpen) return 0;
    return this.estimate.isBulky && !this.isLongWayOpen() ? 0 : this.estimate.allows(this.most);
  }

  /** Whether the end of this claim is settled along, with these locks: the script of long payloads knows no locks. */
  takes({ bytes, met }: Claim, unlocks: number): boolean {
    const hasLock = unlocks > 0 || met?.brought !== undefined;
    return bytes ? !hasLock && !this.#finished.hasUnlocks : !hasLock || !this.#finished.hasLong;
  }

  get size(): number {
    return this.#held.length - this.#next;
  }

  /** Nothing is held or asked for. */
  get isIdle(): boolean {
    return this.size === 0 && this.#asked === 0;
  }

  /** Claims may be on their way here. */
  get isAsking(): boolean {
    return this.#asked > 0;
  }

  /** Some claims are done and wait for a call. */
  get hasFinished(): boolean {
    return this.#finished.count > 0;
  }

  get canBegin(): boolean {
    return this.size > 0 && this.#unsettled < this.most && !this.isStale;
  }

  /** When the claim that is next came here. */
  get heldSince(): number | undefined {
    return this.#held[this.#next]?.heldAt;
  }

  /** The next claim may not be begun any more: what is held has to go back. */
  get isStale(): boolean {
    const next = this.#held[this.#next];
    return next !== undefined && next.epoch !== this.gate.epoch;
  }

  /** It is worth a call: half of what may be held is gone, or waits to be settled. */
  get isDue(): boolean {
    const { allowance } = this;
    const { count } = this.#finished;
    if (count > 0 && count >= allowance / 2) return true;
    return allowance > 0 && this.size + this.#asked <= allowance / 2;
  }

  /** The same, or so many free slots lack a whole call more: those with long payloads go side by side. */
  isDueFor(free: number): boolean {
    const { isBulky, portion } = this.estimate;
    return this.isDue || (isBulky && free - this.size - this.#asked >= portion);
  }

  /** What the next call is to bring for so many free slots and ahead of them, and what it settles. */
  request(free: number): AheadRequest {
    const { allowance } = this;
    const room = Math.max(0, free + allowance - this.size - this.#asked);
    const { isBulky, portion } = this.estimate;
    // The way for long payloads gives no locks back. And what it settles brings no short ones: they would come, and be settled,
    // like that for ever.
    const mayWant = allowance > 0 && (isBulky ? !this.#finished.hasUnlocks : !this.#finished.hasLong);
    const wanted = !mayWant ? 0 : isBulky ? Math.min(room, portion) : room;
    this.#asked += wanted;
    this.#tellGate();
    const finished = this.#finished.take();
    const isLong = finished.isLong || (isBulky && wanted > 0);
    const needs = wanted > 0 && !isLong ? this.book.needs : [];
    return { wanted, epoch: this.gate.epoch, ...finished, isLong, needs };
  }

  /** Only what is done, where nothing may be claimed. */
  settlements(): AheadRequest {
    return { wanted: 0, epoch: this.gate.epoch, ...this.#finished.take(), needs: [] };
  }

  /** A call was answered, or given up. */
  answered({ wanted, epoch, done }: AheadRequest, claims: readonly NewClaim[] | undefined): void {
    this.#asked -= wanted;
    const heldAt = performance.now();
    // What was taken goes, so that the list stays short where it is never empty.
    if (this.#next > 0) this.#held.splice(0, this.#next);
    this.#next = 0;
    for (const claim of claims ?? []) {
      this.estimate.addPayload(claim.bytes ?? claim.payload);
      if (claim instanceof LongClaimed) {
        this.#held.push(Object.assign(claim, { epoch, heldAt }));
        continue;
      }
      const { queue, payload, number, queueIndex, met } = claim;
      this.#held.push({ queue, payload, number, queueIndex, met, epoch, heldAt });
    }
    this.#forget(done);
    if (claims) releaseClaims(done);
    this.#tellGate();
  }

  /** The next claim, for a slot that begins it at once. */
  take(): AheadClaim | undefined {
    const claim = this.#held[this.#next];
    if (!claim || this.#unsettled >= this.most || !this.gate.begin(claim.number, claim.epoch))
      return undefined;
    this.#next += 1;
    if (this.#next === this.#held.length) {
      this.#clear();
      this.#tellGate();
    }
    return claim;
  }

  /** A slot's claim is done; it is settled with one of the next calls, which gives back its locks. */
  finish(slot: Slot, claim: Claim, unlocks: readonly SettlementCommand[]): void {
    this.#finished.add(slot, claim, unlocks);
    slot.unsettled += 1;
    this.#unsettled += 1;
  }

  /** Everything that is held, for whoever gives it back or has lost it. */
  drain(): AheadClaim[] {
    const claims = this.#held.slice(this.#next);
    this.#clear();
    this.#tellGate();
    return claims;
  }

  /** After a loss of the lease: what is done, and was in no call. Whoever reaped it gave back the locks. */
  loseFinished(): AheadRequest['done'] {
    const { done } = this.#finished.take();
    this.#forget(done);
    return done;
  }

  /** Puts back what could not be given back. */
  keep(claims: readonly AheadClaim[]): void {
    const { epoch } = this.gate;
    const kept = claims.map((claim) =>
      claim instanceof LongClaimed ? Object.assign(claim, { epoch }) : { ...claim, epoch },
    );
    this.#held = [...kept, ...this.#held.slice(this.#next)];
    this.#next = 0;
    this.#tellGate();
  }

  #forget(done: AheadRequest['done']): void {
    for (const { slot, claims } of done) {
      this.#unsettled -= claims.length;
      slot.unsettled -= claims.length;
    }
  }

  #clear(): void {
    this.#held = [];
    this.#next = 0;
  }

  #tellGate(): void {
    const isHolding = this.#asked > 0 || this.size > 0;
    if (isHolding === this.#isHolding) return;
    this.#isHolding = isHolding;
    if (this.gate.hold(isHolding)) this.watch();
  }
}
