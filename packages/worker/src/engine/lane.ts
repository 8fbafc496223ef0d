import type { CycleSlotReply } from '@reskue/core/protocol';
import { Appetite } from './appetite.js';
import { ClaimAhead, type AheadRequest } from './claim-ahead.js';
import { claimOf } from './claim-of.js';
import type { Engine } from './engine.js';
import { FreeSlots } from './free-slots.js';
import { askedOf, broughtAll, callsFor } from './make-call.js';
import { OwedTokens } from './owed-tokens.js';
import { ParkedCall } from './parked-call.js';
import { Pending } from './pending.js';
import type { QueueList } from './queue-list.js';
import { RegularLook } from './regular-look.js';
import { AheadServer } from './serve-ahead.js';
import { longWayOf } from './send-long.js';
import { endClaim, settleSlot, tellLost } from './settle-slot.js';
import type { Slot } from './slot.js';
import { Turn } from './turn.js';

/**
 * The slots of a process that work one list of queues. Finished claims and free slots are gathered until the event loop
 * has nothing else to do and go out in one `cycle`; so a lone job costs one round trip, and batches form under load.
 *
 * A lane is hungry until a cycle brings less than was asked for. Then it sleeps: the waker listens for tokens of its
 * queues, and after `timeout` ms it looks again by itself, for neighbours who leave no token.
 *
 * While jobs are short and cycles bring all that was asked for, it claims ahead: slots take what is here already, and the
 * calls go on beside them (`ClaimAhead`).
 */
export class Lane {
  readonly slots = new Set<Slot>();
  readonly ahead: ClaimAhead;
  readonly #owed: OwedTokens;
  readonly #free = new FreeSlots();
  readonly pending = new Pending();
  readonly parked: ParkedCall;
  readonly #server: AheadServer;
  #ended: Slot[] = [];
  #calls = 0;
  readonly #appetite = new Appetite();
  readonly #turn = new Turn(() => this.flush());
  readonly #regularLook: RegularLook;

  constructor(
    readonly engine: Engine,
    readonly queues: QueueList,
    readonly timeoutMs: number,
    claimAhead: number,
  ) {
    this.ahead = new ClaimAhead(engine.gate, () => engine.watchGate(), claimAhead, longWayOf(engine));
    this.#owed = new OwedTokens(queues);
    this.#regularLook = new RegularLook(this);
    this.#server = new AheadServer(this);
    this.parked = new ParkedCall(this, this.#free, this.#appetite, (...part) => this.#take(...part));
  }

  get isAsleep(): boolean {
    return !this.#appetite.isHungry && (this.#free.size > 0 || this.parked.isWaiting);
  }

  /** A slot that has nothing in hand wants a job: asks at once, so that whoever stops right after gets what waits. */
  offer(slot: Slot): void {
    if (slot.state !== 'idle') return;
    this.slots.add(slot);
    this.#rest(slot);
    this.look();
    if (this.#calls === 0) this.flush();
  }

  /** Takes back an offer; a slot that is part of a call becomes idle when it is answered. */
  withdraw(slot: Slot): void {
    this.#free.delete(slot);
    this.parked.cancel(slot);
    if (slot.finished.length > 0) this.schedule();
    this.#server.giveBackUnwanted();
    this.#sleepIfIdle();
  }

  remove(slot: Slot): void {
    this.withdraw(slot);
    this.slots.delete(slot);
  }

  /** A slot's job is over. */
  end(slot: Slot): void {
    if (this.#server.end(slot)) {
      // The loop that began it goes on.
      if (slot.isServed) return;
      this.#rest(slot, true);
      if (this.ahead.isDue) this.schedule();
      return;
    }
    slot.enter('ended');
    this.#ended.push(slot);
    this.schedule();
  }

  /** There may be work: asks for it even if there was none a moment ago. */
  look(queue?: string): void {
    if (queue !== undefined) this.#owed.add(queue);
    this.#appetite.look();
    this.parked.cancel();
    this.schedule();
  }

  /** Everything in hand belongs to somebody else. */
  leaseLost(): void {
    this.ahead.drain();
    tellLost(this.ahead.loseFinished());
  }

  /** Gives back what nobody here wants any more, and passes tokens on that this lane took and can no longer follow. */
  async stop(): Promise<void> {
    this.#regularLook.disarm();
    this.#turn.cancel();
    this.#server.giveBackUnwanted();
    await this.pending.done();
    this.#server.watch.stop();
    await this.#owed.passOn((owed) => this.engine.cycles.run(owed, []));
  }

  /** A call goes out when the event loop has nothing else to do. */
  schedule(): void {
    if (this.#calls >= this.ahead.estimate.callsAtOnce) return;
    this.#turn.ask(this.slots.size === 1 && this.#ended.length === 1);
  }

  /** Sends a call, where one is due. */
  flush(): void {
    if (this.#calls >= this.ahead.estimate.callsAtOnce) return;
    if (this.ahead.isStale) this.#server.giveBack();
    const { isFlowing, isBarred } = this.#appetite;
    // What is held, or on its way back, comes first: nothing is claimed past it.
    const isAhead = this.#server.mayClaim && isFlowing && !isBarred && this.ahead.allowance > 0;
    const mayClaim = this.#server.mayClaim && !isAhead && this.ahead.isIdle;
    const slots = this.#gather(mayClaim);
    const free = this.#free.size + slots.length;
    const isWaiting = this.#appetite.isHungry && free > 0 && this.ahead.isIdle;
    if (isAhead && slots.length === 0 && !isWaiting && !this.ahead.isDueFor(free)) return;
    const request = isAhead ? this.ahead.request(free) : this.ahead.settlements();
    if (slots.length === 0 && request.wanted === 0 && request.done.length === 0) return this.#sleepIfIdle();
    const portion = mayClaim ? this.ahead.estimate.portion : 0;
    for (const part of callsFor(slots, request)) this.pending.add(this.#call(...part, portion));
    // What does not fit into one call goes into a second one beside it.
    if (slots.length >= this.ahead.estimate.portion) this.schedule();
  }

  /** Everything that has ended, and as many free slots as it is worth asking for, where slots may claim. */
  #gather(mayClaim: boolean): Slot[] {
    const slots = this.#ended.filter((slot) => !this.#settleLost(slot));
    this.#ended = [];
    if (!this.#appetite.isHungry || !mayClaim) return slots;
    const { reach } = this.#appetite;
    return slots.concat(this.#free.take(Math.min(reach, this.ahead.estimate.portion) - slots.length));
  }

  /** A claim that is known to be lost needs no call. */
  #settleLost(slot: Slot): boolean {
    if (!slot.claimLost) return false;
    endClaim(slot, 'lost');
    slot.enter('idle');
    this.#rest(slot);
    return true;
  }

  async #call(slots: Slot[], request: AheadRequest, portion: number): Promise<void> {
    this.#calls += 1;
    const { looks } = this.#appetite;
    const wants = slots.map((slot, index) => index < portion && slot.host.wantsJob());
    for (const slot of slots) slot.enter('calling');
    this.#regularLook.disarm();
    if (request.wanted > 0) this.#server.watch.start();
    if (this.queues.isStale) this.engine.refresh(this).catch((error: unknown) => this.engine.report(error));
    const queues = this.#owed.forCall();
    const calls = slots.map((slot, index) => ({ slot, wants: wants[index] === true }));
    const reply = await this.engine.cycles.run(queues, calls, request);
    this.#calls -= 1;
    this.#owed.paid(queues);
    const asked = askedOf(reply, wants, request);
    this.ahead.answered(request, reply?.ahead);
    if (!reply) tellLost(request.done);
    let claimed = reply?.ahead.length ?? 0;
    // Redis has something to do while these jobs are parsed: with long payloads both take their time.
    if (this.ahead.estimate.isBulky && this.#free.size > 0 && broughtAll(reply, wants, request)) this.flush();
    for (const [index, slot] of slots.entries())
      if (this.#take(slot, reply?.slots[index], wants[index] === true, queues)) claimed += 1;
    const isBarred = reply?.isBarred === true;
    if (asked > 0) this.#appetite.learn({ asked, claimed, looks, isBarred });
    // Beside a job that a process may have died of, none is claimed that does not run.
    if (isBarred) this.ahead.estimate.addLong();
    const restless = asked > 0 && !this.#appetite.isFlowing ? this.#free.takeRestless() : [];
    if (this.#server.isReturning) this.#server.giveBack();
    this.serveFree();
    for (const slot of restless) if (this.#free.waits(slot)) slot.host.polled(this.queues.names, false);
    this.#server.giveBackUnwanted();
    this.schedule();
  }

  /** Tells a slot's host what its part of a cycle brought; true when that was a job. */
  #take(
    slot: Slot,
    reply: CycleSlotReply | undefined,
    wanted: boolean,
    queues: readonly { name: string }[],
  ): boolean {
    const { host } = slot;
    if (slot.outcome) settleSlot(this.engine, slot, reply);
    if (slot.state === 'ended') return false;
    // It was off the list and is registered again by now: its turn to ask comes at once.
    if (wanted && (reply?.settlement === 'lost' || reply?.settlement === 'taken')) this.look();
    const claim = reply && claimOf(reply, slot.number, queues);
    if (claim) {
      if (wanted) host.polled(this.queues.upTo(claim.index), true);
      this.ahead.estimate.addPayload(claim.payload);
      slot.begunAt = performance.now();
      slot.enter('working');
      host.claimed(claim);
      return true;
    }
    if (wanted && reply) host.polled(this.queues.names, false);
    slot.enter('idle');
    this.#rest(slot);
    return false;
  }

  /** An idle slot goes on with what was claimed ahead, or is put among the free ones. */
  #rest(slot: Slot, hasServed = false): void {
    const serves = this.#server.serve(slot) || hasServed;
    if (slot.state !== 'idle' || slot.isServed || !this.slots.has(slot) || !slot.host.wantsJob()) return;
    this.#free.add(slot, serves);
    if (!serves) return;
    // What became free asks once more, also where there was nothing a moment ago.
    this.#appetite.isHungry = true;
    this.schedule();
  }

  serveFree(): void {
    const canBegin = (): boolean => this.ahead.canBegin;
    this.#free.serve(canBegin, (slot) => this.#rest(slot));
  }

  /** Nothing is there: says so to those who would have asked. */
  foundNone(): void {
    for (const { host } of this.#free.first()) if (host.wantsJob()) host.polled(this.queues.names, false);
  }

  #sleepIfIdle(): void {
    this.#regularLook.arm();
    this.engine.sleepersChanged();
  }
}
