import type { RedisState } from './redis-state.js';
import type { Expected } from './predict.js';
import type { Recorded } from './wire.js';

/** A call on its way: what goes over the wire, what it is to do there, and what its process makes of the reply. */
export interface Sent {
  recorded: Recorded;
  /** Told before each delivery; `reply` is what the script says that it did. */
  expect(before: RedisState, reply: unknown): Expected;
  answer(reply: unknown): void;
  /** A late copy of some calls may arrive only until one was answered; see `locks` in calls.ts. */
  endsWhenAnswered?: boolean;
  isAnswered: boolean;
}

/** A worker of a simulated process. */
export interface Slot {
  workerId: string;
  readonly queues: string;
  isRegistered: boolean;
  held: { payload: string; queue: string; claim: number } | null;
  /** Lock keys with their values. */
  locks: Map<string, string>;
  /** The job in hand was claimed ahead, and is in no record yet. */
  isAhead: boolean;
  /** A call that was not answered; it is sent again before anything else. */
  pending: Sent | null;
}

/** A claim that waits for a slot. */
export interface Waiting {
  payload: string;
  queue: string;
  claim: number;
}

/** A process that works, reaps, promotes and enqueues. It dies by forgetting everything. */
export class Actor {
  leaseId = '';
  number = 0;
  isAlive = false;
  slots: Slot[] = [];
  /** What it has read for and not yet run: a reaping or a promotion. */
  plan: Sent | null = null;
  pending: Sent | null = null;
  /** Claimed ahead and not begun, in order. */
  waiting: Waiting[] = [];
  /** Done claims that were made ahead, and are not settled. */
  done: number[] = [];
  /** Who holds their locks. */
  unlocks: number[] = [];
  #leases = 0;

  constructor(readonly index: number) {}

  /** Begins anew, as a container does that gets its old name again. The first two processes share one name. */
  start(): void {
    this.isAlive = true;
    this.number = 0;
    this.waiting = [];
    this.done = [];
    this.unlocks = [];
    this.newLease();
    const names = [`h:${this.index < 2 ? 9 : this.index}`, `h:${this.index}+1`];
    this.slots = names.map((name) => ({
      workerId: `${name}:a,b`,
      queues: 'a,b',
      isRegistered: false,
      held: null,
      isAhead: false,
      locks: new Map(),
      pending: null,
    }));
  }

  die(): void {
    this.isAlive = false;
    this.plan = this.pending = null;
    this.slots = [];
  }

  newLease(): void {
    this.#leases += 1;
    this.leaseId = `h:${this.index}:${this.#leases}`;
  }

  /** It was told that its lease is lost: everything in hand belongs to somebody else. */
  fence(): void {
    this.newLease();
    this.waiting = [];
    this.done = [];
    this.unlocks = [];
    for (const slot of this.slots) {
      slot.isAhead = false;
      slot.isRegistered = false;
      slot.held = slot.pending = null;
      slot.locks.clear();
    }
  }
}
