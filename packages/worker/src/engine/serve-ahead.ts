import { onlyUnlocks, unlockClaim } from '@reskue/core/protocol';
import { AheadWatch } from './ahead-watch.js';
import type { AheadClaim, ClaimAhead } from './claim-ahead.js';
import type { Engine } from './engine.js';
import type { Pending } from './pending.js';
import type { QueueList } from './queue-list.js';
import { endClaim } from './settle-slot.js';
import type { Slot } from './slot.js';

/** The lane as far as it is served from what was claimed ahead. */
export interface ServedLane {
  readonly engine: Engine;
  readonly slots: ReadonlySet<Slot>;
  readonly queues: QueueList;
  readonly ahead: ClaimAhead;
  /** Sends a call now, where one is due. */
  flush(): void;
  /** The same when the event loop has nothing else to do. */
  schedule(): void;
  serveFree(): void;
  /** Whoever stops the lane waits for this. */
  readonly pending: Pending;
}

/** Hands to slots what a lane claimed ahead, and gives back what they will not begin. */
export class AheadServer {
  readonly watch: AheadWatch;
  #isReturning = false;
  /** How many calls that give back are under way. */
  #returns = 0;
  /** When the last job ended, ms of this thread's clock. */
  #endedAt = 0;

  constructor(readonly lane: ServedLane) {
    this.watch = new AheadWatch(lane.ahead, lane.slots, {
      adopt: (slot, claim) => lane.engine.adopt(slot, claim),
      giveBack: () => this.giveBack(),
      settle: () => lane.schedule(),
    });
  }

  /** What is held is to go back, as soon as all that was asked for is here. */
  get isReturning(): boolean {
    return this.#isReturning;
  }

  /** Nothing is on its way back, or about to be: a claim that is made now goes past nothing. */
  get mayClaim(): boolean {
    return !this.#isReturning && this.#returns === 0;
  }

  /** Gives a slot one claim after the other, for as long as it ends them at once; true when there was one. */
  serve(slot: Slot): boolean {
    if (slot.isServed) return false;
    const { ahead } = this.lane;
    let serves = false;
    slot.isServed = true;
    while (slot.state === 'idle' && !this.#isReturning && this.lane.slots.has(slot) && slot.host.wantsJob()) {
      const claim = ahead.take();
      if (!claim) break;
      serves = true;
      this.#begin(slot, claim);
      if (ahead.isDue) this.lane.flush();
    }
    slot.isServed = false;
    if (ahead.isStale) this.giveBack();
    return serves;
  }

  /**
   * A slot's job is over: true when that was a claim made ahead, done, which is told at once and settled by the way, its
   * locks included.
   */
  end(slot: Slot): boolean {
    const { ahead } = this.lane;
    const now = performance.now();
    const { outcome } = slot;
    const isPlain = outcome !== null && onlyUnlocks(outcome);
    if (isPlain) ahead.estimate.add(now - slot.begunAt, now - this.#endedAt);
    else ahead.estimate.addLong();
    this.#endedAt = now;
    const isOther =
      !isPlain ||
      slot.isAdopted ||
      slot.claimLost ||
      (slot.ahead !== null && !ahead.takes(slot.ahead, outcome.commands.length));
    // Where the heartbeat's thread may have put it into the record of this worker, it is settled there.
    slot.ahead?.met?.end();
    if (!slot.ahead || isOther || !ahead.gate.end(slot.ahead.number, slot.ahead.epoch)) {
      slot.isAdopted = true;
      giveLockAlong(slot);
      return false;
    }
    ahead.finish(slot, slot.ahead, outcome.commands);
    slot.enter('idle');
    endClaim(slot, 'settled');
    return true;
  }

  /** Gives back what nobody here wants any more. */
  giveBackUnwanted(): void {
    if (this.lane.ahead.isIdle) return;
    for (const slot of this.lane.slots) if (slot.host.wantsJob()) return;
    this.giveBack();
  }

  /** What is held goes back to its queues, unspent, with what is on its way here: in one go, for the sake of its order. */
  giveBack(): void {
    const { ahead } = this.lane;
    ahead.estimate.addLong();
    this.#isReturning = ahead.isAsking;
    if (this.#isReturning) return;
    const claims = ahead.drain();
    if (claims.length > 0) this.lane.pending.add(this.#return(claims));
  }

  #begin(slot: Slot, claim: AheadClaim): void {
    slot.ahead = claim;
    claim.met?.begin();
    slot.isAdopted = false;
    slot.begunAt = performance.now();
    slot.enter('working');
    slot.host.polled(this.lane.queues.upTo(claim.queueIndex), true);
    slot.host.claimed(claim);
  }

  async #return(claims: AheadClaim[]): Promise<void> {
    this.#returns += 1;
    const refused = await this.lane.engine.giveBack(claims).finally(() => (this.#returns -= 1));
    if (refused.length > 0) {
      this.lane.ahead.keep(refused);
      this.watch.start();
      this.lane.serveFree();
    }
    this.lane.schedule();
  }
}

/** The lock that came along with a claim goes with it. */
function giveLockAlong(slot: Slot): void {
  const { outcome, ahead } = slot;
  if (!outcome || !ahead?.met?.brought) return;
  slot.outcome = { ...outcome, commands: [...outcome.commands, unlockClaim(ahead.number)] };
}
