import { holderOf, LongClaimed, type SettlementCommand } from '@reskue/core/protocol';
import type { AheadGate } from '../heartbeat/ahead-gate.js';
import type { NewClaim } from './make-call.js';
import { releasePayloads } from './release-payloads.js';
import { RunEstimate } from './run-estimate.js';
import type { Claim, Slot } from './slot.js';

/** A claim that was made before a slot was free for it. */
export interface AheadClaim extends NewClaim {
  /** Of the gate, when it was asked for. */
  epoch: number;
  /** When it came here, ms of this thread's clock. */
  heldAt: number;
}

/** What a cycle is asked for beside the slots, and the done claims that it settles, by slot, with the locks of their jobs. */
export interface AheadRequest {
  wanted: number;
  epoch: number;
  done: { slot: Slot; claims: Claim[] }[];
  unlocks: readonly number[];
  /** For the script of long payloads. */
  isLong: boolean;
}

/**
 * What a lane has claimed ahead of its free slots. A claim is asked for, held, begun (it is a slot's then), finished, and
 * settled with the next cycle. At most `most` are held besides one a free slot, and at most `most` have finished and are not
 * settled: so many jobs can run twice when the process dies.
 */
export class ClaimAhead {
  readonly estimate = new RunEstimate();
  #held: AheadClaim[] = [];
  /** Index of the next claim in what is held. */
  #next = 0;
  #asked = 0;
  #finished = 0;
  #unsettled = 0;
  #finishers: Slot[] = [];
  /** Who holds the locks of what has finished. */
  #unlocks: number[] = [];
  #isHolding = false;
  /** Among what has finished is something that was claimed by the way for long payloads. */
  #hasLongFinished = false;

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
  takes({ bytes }: Claim, unlocks: number): boolean {
    return bytes ? unlocks + this.#unlocks.length === 0 : unlocks === 0 || !this.#hasLongFinished;
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
    return this.#finished > 0;
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
    if (this.#finished > 0 && this.#finished >= allowance / 2) return true;
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
    const mayWant = allowance > 0 && (isBulky ? this.#unlocks.length === 0 : !this.#hasLongFinished);
    const wanted = !mayWant ? 0 : isBulky ? Math.min(room, portion) : room;
    this.#asked += wanted;
    this.#tellGate();
    const finished = this.#takeFinished();
    return {
      wanted,
      epoch: this.gate.epoch,
      ...finished,
      isLong: finished.isLong || (isBulky && wanted > 0),
    };
  }

  /** Only what is done, where nothing may be claimed. */
  settlements(): AheadRequest {
    return { wanted: 0, epoch: this.gate.epoch, ...this.#takeFinished() };
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
      const { queue, payload, number, queueIndex } = claim;
      this.#held.push({ queue, payload, number, queueIndex, epoch, heldAt });
    }
    this.#forget(done);
    if (claims) releasePayloads(done);
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
    for (const unlock of unlocks) this.#unlocks.push(holderOf(unlock));
    if (claim.bytes) this.#hasLongFinished = true;
    if (slot.finished.push(claim) === 1) this.#finishers.push(slot);
    slot.unsettled += 1;
    this.#finished += 1;
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
    const { done } = this.#takeFinished();
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

  #takeFinished(): Pick<AheadRequest, 'done' | 'unlocks' | 'isLong'> {
    const unlocks = this.#unlocks;
    const isLong = this.#hasLongFinished;
    this.#hasLongFinished = false;
    const done = this.#finishers.map((slot) => {
      const claims = slot.finished;
      slot.finished = [];
      return { slot, claims };
    });
    this.#finishers = [];
    this.#unlocks = [];
    this.#finished = 0;
    return { done, unlocks, isLong };
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
