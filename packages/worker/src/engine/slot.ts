import { workerId, type Dialect, type LeaseOrder, type MetNeeds, type Outcome } from '@reskue/core/protocol';
import type { WorkerEvents } from '../worker-events.js';
import type { AheadClaim } from './claim-ahead.js';

/** A job in a slot's hands: its raw text and the queue that it came from. */
export interface Claim {
  queue: string;
  readonly payload: string;
  /** The same as it came, where no text was made of it yet. */
  readonly bytes?: Buffer;
  /** The number of the claim; greater than that of any earlier one of this process. */
  number: number;
  /** What came along with it for the plugins of its job. */
  readonly met?: MetNeeds | undefined;
}

/** How the end of a claim went: `lost` means that somebody else had taken the job, and that nothing was settled. */
export type Settlement = { status: 'settled' } | { status: 'lost' } | { status: 'refused'; reason: string };

/** Whoever works the jobs of a slot: a Worker. Called synchronously, in the order of what happened; must not throw. */
export interface SlotHost {
  /** False once it is stopping or paused: nothing is claimed for it any more. */
  wantsJob(): boolean;
  claimed(claim: Claim): void;
  settled(settlement: Settlement): void;
  /** These queues were looked through in this order; a job came from the last one, or none. */
  polled(queues: readonly string[], found: boolean): void;
  /** A claim made ahead, whose end was told already, had been taken away before it was settled. */
  lostAfterwards(claim: Claim): void;
  /** The process lost its lease: whatever this slot was working on belongs to somebody else now. */
  leaseLost(leaseId: string): void;
  queuesChanged(queues: readonly string[]): void;
  failed(error: Error, queue?: string): void;
  /** What all workers of the process have to say. */
  tell<Name extends 'slow' | 'warning' | 'recovered'>(event: Name, ...given: WorkerEvents[Name]): void;
  /** What an operator wants of the process; to a newcomer it is no news. */
  ordered(order: LeaseOrder, isNews: boolean): void;
}

/**
 * One job at a time. `idle` (wants none, or none was there), `parked` (part of a cycle that waits in Redis until there is
 * one), `calling` (part of a cycle), `working` (a job runs), `ended` (its outcome waits for a cycle).
 */
export type SlotState = 'idle' | 'parked' | 'calling' | 'working' | 'ended';

/** Which worker a slot is, as it stands in Redis. */
export interface SlotIdentity {
  workerId: string;
  name: string;
  /** What the per-worker counters are kept under: the name, or in dialect ruby the whole id. */
  countedAs: string;
}

/** The identity of a worker: node-resque counts by name, Ruby by the whole id. */
export function slotIdentity(name: string, queues: readonly string[], dialect: Dialect): SlotIdentity {
  const id = workerId(name, queues);
  return { workerId: id, name, countedAs: dialect === 'ruby' ? id : name };
}

export class Slot {
  state: SlotState = 'idle';
  outcome: Outcome | null = null;
  /** The number of the last call that it was part of. */
  number = 0;
  /** The lease under which the job in hand was claimed was reaped, or the job was taken away. */
  claimLost = false;
  /** An operator's order paused it. */
  isQuieted = false;
  /** It leaves and Redis is away: nobody waits for its calls any more. */
  isCutOff = false;
  /** What it works on, where that was claimed ahead. */
  ahead: AheadClaim | null = null;
  /** That claim is in its record by now, or is to be settled by way of it. */
  isAdopted = false;
  /** When the job in hand began, ms of this thread's clock. */
  begunAt = 0;
  /** It is being given one claim after the other. */
  isServed = false;
  /** Done claims that wait for a call. */
  finished: Claim[] = [];
  #unsettled = 0;
  #waiters: (() => void)[] = [];

  constructor(
    public identity: SlotIdentity,
    readonly host: SlotHost,
  ) {}

  /** How many of its done claims Redis has not answered for. */
  get unsettled(): number {
    return this.#unsettled;
  }

  set unsettled(count: number) {
    this.#unsettled = count;
    if (this.#waiters.length > 0) this.#tellWaiters();
  }

  enter(state: SlotState): void {
    this.state = state;
    if (this.#waiters.length > 0) this.#tellWaiters();
  }

  /** Lets go of a slot whose last call is not answered; the lease runs out by itself. */
  cutOff(): void {
    this.isCutOff = true;
    this.enter('idle');
  }

  /** Resolves when the slot has nothing in hand and is part of no call. */
  async idle(): Promise<void> {
    if (!this.#isIdle) await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  get #isIdle(): boolean {
    return this.state === 'idle' && (this.#unsettled === 0 || this.isCutOff);
  }

  #tellWaiters(): void {
    if (!this.#isIdle) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
