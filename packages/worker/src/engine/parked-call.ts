import type { CycleQueue, CycleSlotReply, RedisClient } from '@reskue/core/protocol';
import type { Appetite } from './appetite.js';
import type { Cycles } from './cycles.js';
import type { FreeSlots } from './free-slots.js';
import type { QueueList } from './queue-list.js';
import type { Slot } from './slot.js';

/** The lane as far as a call goes that waits in Redis. */
export interface ParkingLane {
  readonly engine: {
    /** A job is in hand somewhere in this process. */
    readonly isBusy: boolean;
    readonly cycles: Pick<Cycles, 'runBehind'>;
    /** Ends the wait that the call is behind. */
    interrupt(): void;
  };
  readonly queues: QueueList;
  look(): void;
  schedule(): void;
}

/** Hands a slot what its part of a call brought; true when that was a job. */
export type Take = (
  slot: Slot,
  reply: CycleSlotReply | undefined,
  wanted: boolean,
  queues: readonly CycleQueue[],
) => boolean;

/**
 * While a lane sleeps, one free slot of it takes part in a call that was sent already, behind the wait for a token: Redis
 * carries it out the moment that one comes, and the job arrives in one round trip. Until then the slot is `parked`; whoever
 * needs it interrupts the wait.
 *
 * Only a process with nothing in hand does so: what Redis claims for it would wait behind a job that blocks its event loop.
 */
export class ParkedCall {
  #slot: Slot | undefined;

  constructor(
    readonly lane: ParkingLane,
    readonly free: FreeSlots,
    readonly appetite: Appetite,
    readonly take: Take,
  ) {}

  get isWaiting(): boolean {
    return this.#slot !== undefined;
  }

  /** Whether it could wait, and does not. */
  get isWanted(): boolean {
    const { lane, free, appetite } = this;
    return !this.#slot && !appetite.isHungry && free.size > 0 && !lane.engine.isBusy;
  }

  /** Sends the call, behind the wait that was sent over this client. Never rejects. */
  begin(client: RedisClient): Promise<void> | undefined {
    if (!this.isWanted) return undefined;
    const [slot] = this.free.take(1);
    if (!slot) return undefined;
    slot.enter('parked');
    this.#slot = slot;
    return this.#follow(client, slot);
  }

  /** Wants the slot back, whichever it is or this one only. */
  cancel(slot = this.#slot): void {
    if (this.#slot && slot === this.#slot) this.lane.engine.interrupt();
  }

  #follow(client: RedisClient, slot: Slot): Promise<void> {
    const { lane, appetite } = this;
    const { looks } = appetite;
    // Any of the tokens may be the one that is taken.
    const queues = lane.queues.names.map((name) => ({ name, owed: true }));
    return new Promise((resolve) => {
      lane.engine.cycles.runBehind(client, queues, { slot, wants: true }, (result) => {
        this.#slot = undefined;
        const isBarred = result?.isBarred === true;
        if (this.take(slot, result?.slots[0], true, queues)) appetite.taste(isBarred);
        else appetite.learn({ asked: 1, claimed: 0, looks, isBarred });
        // The lease was lost, and a token with it perhaps.
        if (!result) lane.look();
        lane.schedule();
        resolve();
      });
    });
  }
}
