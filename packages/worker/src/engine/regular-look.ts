import { untilCommonMoment, type Connection } from '@reskue/core/protocol';
import { hasJobs } from './has-jobs.js';
import type { QueueList } from './queue-list.js';

/** The lane as far as its regular look goes. */
export interface LookingLane {
  readonly engine: {
    readonly connection: Connection;
    /** Reads the list of queues anew. */
    refresh(lane: LookingLane): Promise<void>;
    report(error: unknown): void;
  };
  readonly queues: QueueList;
  readonly timeoutMs: number;
  readonly isAsleep: boolean;
  /** Asks for jobs, with all that belongs to it. */
  look(): void;
  /** Nothing is there: says so to those who would have asked. */
  foundNone(): void;
}

/** Each so many looks the lane asks in full: then it also notices that a neighbour took a worker off the list. */
const fullLookEvery = 12;

/**
 * A sleeping lane looks by itself each `timeout`, for neighbours who leave no token. Where there is nothing, that is one
 * command.
 */
export class RegularLook {
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(readonly lane: LookingLane) {}

  /** Call it when the lane fell asleep; it looks once, and is armed anew when that has found nothing. */
  arm(): void {
    this.disarm();
    if (!this.lane.isAsleep) return;
    this.#timer = setTimeout(() => void this.#look(), untilCommonMoment(this.lane.timeoutMs));
  }

  disarm(): void {
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const { lane } = this;
    const { engine, queues } = lane;
    this.#count += 1;
    try {
      // A neighbour's new queue shows itself by their number, in the beats of the lease; this is for what that misses.
      if (queues.isOlderThan(1.5 * lane.timeoutMs)) await engine.refresh(lane);
      if (this.#count % fullLookEvery === 0 || (await hasJobs(engine.connection, queues.names))) lane.look();
      else if (lane.isAsleep) lane.foundNone();
    } catch (error) {
      engine.report(error);
    }
    this.arm();
  }
}
