import type { CycleSlotReply } from '@reskue/core/protocol';
import { claimOf } from './claim-of.js';
import type { Engine } from './engine.js';
import type { QueueList } from './queue-list.js';
import type { Slot } from './slot.js';

/** Two calls in flight keep Redis and Node busy at once; more would only make the batches smaller. */
const callsInFlight = 2;
/** How many slots ask at first when a lane was idle; doubled while there is a job for each. */
const firstReach = 4;
/** How often a sleeping lane of all queues asks which there are. */
const listAgainMs = 1_000;

/**
 * The slots of a process that work one list of queues. Finished claims and free slots are gathered until the event loop
 * has nothing else to do and go out in one `cycle`; so a lone job costs one round trip, and batches form under load.
 *
 * A lane is hungry until a cycle brings less than was asked for. Then it sleeps: the waker listens for tokens of its
 * queues, and after `timeout` ms it looks again by itself, for neighbours who leave no token.
 */
export class Lane {
  readonly slots = new Set<Slot>();
  /** Queues whose wake token this process took; the script renews it unless the queue turns out empty. */
  readonly #owed = new Set<string>();
  readonly #free = new Set<Slot>();
  #ended: Slot[] = [];
  #calls = 0;
  #hungry = false;
  #looks = 0;
  #askedAt = 0;
  #reach = firstReach;
  #immediate: NodeJS.Immediate | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(
    readonly engine: Engine,
    readonly queues: QueueList,
    readonly timeoutMs: number,
  ) {}

  get isAsleep(): boolean {
    return !this.#hungry && this.#free.size > 0;
  }

  /** A slot that has nothing in hand wants a job: asks at once, so that whoever stops right after gets what waits. */
  offer(slot: Slot): void {
    if (slot.state !== 'idle') return;
    this.slots.add(slot);
    this.#free.add(slot);
    this.look();
    if (this.#calls === 0) this.#flush();
  }

  /** Takes back an offer; a slot that is part of a call becomes idle when it is answered. */
  withdraw(slot: Slot): void {
    this.#free.delete(slot);
    this.#sleepIfIdle();
  }

  remove(slot: Slot): void {
    this.withdraw(slot);
    this.slots.delete(slot);
  }

  /** A slot's job is over; its outcome goes out with the next cycle. */
  end(slot: Slot): void {
    slot.enter('ended');
    this.#ended.push(slot);
    this.#schedule();
  }

  /** There may be work: asks for it even if there was none a moment ago. */
  look(queue?: string): void {
    if (queue !== undefined) this.#owed.add(queue);
    this.#looks += 1;
    this.#hungry = true;
    this.#schedule();
  }

  /** Passes tokens on that this lane took and can no longer follow. */
  async stop(): Promise<void> {
    clearTimeout(this.#poll);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    if (this.#owed.size > 0) await this.engine.cycle(this.#queuesForCall(), []).catch(() => undefined);
    this.#owed.clear();
  }

  #schedule(): void {
    if (this.#immediate !== undefined || this.#calls >= callsInFlight) return;
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#calls >= callsInFlight) return;
    const slots = this.#gather();
    if (slots.length === 0) this.#sleepIfIdle();
    else void this.#call(slots);
  }

  /** Everything that has ended, and as many free slots as it is worth asking for. */
  #gather(): Slot[] {
    const slots: Slot[] = [];
    for (const slot of this.#ended) if (!this.#settleLost(slot)) slots.push(slot);
    this.#ended = [];
    if (!this.#hungry) return slots;
    for (const slot of this.#free) {
      if (slots.length >= this.#reach) break;
      this.#free.delete(slot);
      slots.push(slot);
    }
    return slots;
  }

  /** A claim that is known to be lost needs no call. */
  #settleLost(slot: Slot): boolean {
    if (!slot.claimLost) return false;
    this.#finish(slot);
    slot.host.settled({ status: 'lost' });
    this.#rest(slot);
    return true;
  }

  async #call(slots: Slot[]): Promise<void> {
    this.#calls += 1;
    const looks = this.#looks;
    const wants = slots.map((slot) => slot.host.wantsJob());
    for (const slot of slots) slot.enter('calling');
    clearTimeout(this.#poll);
    if (this.queues.isStale) this.#refresh();
    const queues = this.#queuesForCall();
    const calls = slots.map((slot, index) => ({ slot, wants: wants[index] === true }));
    const reply = await this.engine.cycle(queues, calls);
    this.#calls -= 1;
    for (const { name } of queues) this.#owed.delete(name);
    const asked = wants.filter(Boolean).length;
    if (asked > 0) this.#askedAt = Date.now();
    let claimed = 0;
    for (const [index, slot] of slots.entries()) {
      if (this.#take(slot, reply?.[index], wants[index] === true, queues)) claimed += 1;
    }
    if (asked > 0) this.#learn(asked, claimed, looks);
    this.#schedule();
  }

  #queuesForCall(): { name: string; owed: boolean }[] {
    return this.queues.names.map((name) => ({ name, owed: this.#owed.has(name) }));
  }

  #refresh(): void {
    void this.engine.refresh(this).catch((error: unknown) => this.engine.report(error));
  }

  /** A full harvest means that there is more; less than was asked for means that the queues are empty, for now. */
  #learn(asked: number, claimed: number, looks: number): void {
    if (claimed === asked) {
      this.#hungry = true;
      this.#reach *= 2;
    } else if (looks === this.#looks) {
      this.#hungry = false;
      this.#reach = firstReach;
    }
  }

  /** Tells a slot's host what its part of a cycle brought; true when that was a job. */
  #take(
    slot: Slot,
    reply: CycleSlotReply | undefined,
    wanted: boolean,
    queues: readonly { name: string }[],
  ): boolean {
    const { host } = slot;
    if (slot.outcome) this.#settle(slot, reply);
    if (slot.state === 'ended') return false;
    // It was off the list and is registered again by now: its turn to ask comes at once.
    if (wanted && (reply?.settlement === 'lost' || reply?.settlement === 'taken')) this.look();
    const claim = reply && claimOf(reply, slot.number, queues);
    if (claim) {
      if (wanted)
        host.polled(
          queues.slice(0, claim.index + 1).map(({ name }) => name),
          true,
        );
      slot.enter('working');
      host.claimed(claim);
      return true;
    }
    if (wanted && reply)
      host.polled(
        queues.map(({ name }) => name),
        false,
      );
    this.#rest(slot);
    return false;
  }

  #settle(slot: Slot, reply: CycleSlotReply | undefined): void {
    if (reply?.settlement === 'refused') {
      slot.host.settled({ status: 'refused', reason: reply.reason });
      return;
    }
    this.#finish(slot);
    slot.host.settled({ status: reply?.settlement === 'settled' ? 'settled' : 'lost' });
  }

  #finish(slot: Slot): void {
    slot.outcome = null;
    slot.claimLost = false;
  }

  /** Puts a slot that got no job among the free ones. */
  #rest(slot: Slot): void {
    slot.enter('idle');
    if (this.slots.has(slot) && slot.host.wantsJob()) this.#free.add(slot);
  }

  /** With all queues, new ones of neighbours are looked for each second. */
  get #pauseMs(): number {
    return this.queues.wildcard ? Math.min(this.timeoutMs, listAgainMs) : this.timeoutMs;
  }

  /** The regular look of a sleeping lane: the queues are asked each `timeout`, and at once when there is a new one. */
  async #lookAgain(): Promise<void> {
    await this.engine.refresh(this).catch((error: unknown) => this.engine.report(error));
    if (Date.now() - this.#askedAt >= this.timeoutMs - listAgainMs / 2) this.look();
    else this.#sleepIfIdle();
  }

  #sleepIfIdle(): void {
    clearTimeout(this.#poll);
    if (this.isAsleep) this.#poll = setTimeout(() => void this.#lookAgain(), this.#pauseMs);
    this.engine.sleepersChanged();
  }
}
