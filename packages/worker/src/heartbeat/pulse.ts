import { reapLease, renew, type Connection, type LeaseOrder } from '@reskue/core/protocol';

/** What a pulse finds out. */
export interface PulseListener {
  /** The lease was reaped: this process was taken for dead. */
  lost(leaseId: string): void;
  failed(error: unknown): void;
  /** There are so many queues now: after the first renewal, and whenever it is another number. */
  counted?(queueCount: number): void;
  /** What an operator wants of the holder of this lease: after its first renewal, and whenever it is something else. */
  ordered?(leaseId: string, order: LeaseOrder): void;
  /** A process that died was wound up here: so many of its jobs went back to their queues, so many to `failed`. */
  recovered?(leaseId: string, requeued: number, failed: number): void;
  /** At each beat, before Redis is asked. */
  beats?(): void;
  /** Whether the process has nothing in hand; unless it says so, it may have. */
  isAtRest?(): boolean;
  /** After each renewal; a rejection is reported by `failed`. */
  renewed?(leaseId: string): Promise<void>;
}

/** Milliseconds between two renewals of a lease. */
export const beatMsOf = ({ leaseMs }: { leaseMs: number }): number => leaseMs / 4;

/** So much of its term, ms, is left to the lease of a process at rest when it is renewed. */
const marginMs = 5_000;

/**
 * The same while nothing is in hand. Less than half of the term: when nobody has looked for so long, `renew` takes it for a
 * standstill, and the dead get more time.
 */
export const restingBeatMsOf = ({ leaseMs }: { leaseMs: number }): number =>
  Math.max(beatMsOf({ leaseMs }), Math.min(0.4 * leaseMs, leaseMs - marginMs));

/**
 * Renews a lease every quarter of its term, less often while nothing is in hand, and takes back the jobs of processes
 * whose lease has run out. It beats in a thread of its own where that is possible, and on the main thread elsewhere.
 */
export class Pulse {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #queueCount = -1;
  #leaseId: string;
  /** What was told of the lease last. */
  #ordered: LeaseOrder | undefined;

  constructor(
    readonly connection: () => Connection,
    leaseId: string,
    readonly leaseMs: number,
    readonly listener: PulseListener,
  ) {
    this.#leaseId = leaseId;
  }

  get leaseId(): string {
    return this.#leaseId;
  }

  /** Beats for this lease from now on, and tells with the next beat what its holder is to do. */
  set leaseId(leaseId: string) {
    this.#leaseId = leaseId;
    this.#ordered = undefined;
  }

  start(firstInMs = this.#beatMs): void {
    this.#arm(firstInMs);
  }

  /** A beat that is under way does no harm: it renews a lease that is gone, or reaps one that has to be. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  get #beatMs(): number {
    return this.listener.isAtRest?.() === true ? restingBeatMsOf(this) : beatMsOf(this);
  }

  #arm(ms: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#beatOrReport(), ms);
  }

  async #beatOrReport(): Promise<void> {
    try {
      this.#arm(await this.#beat());
    } catch (error) {
      if (!this.#stopped) this.listener.failed(error);
      this.#arm(this.#beatMs / 2);
    }
  }

  /** One beat; resolves to the ms until the next. */
  async #beat(): Promise<number> {
    this.listener.beats?.();
    const connection = this.connection();
    const { keys } = connection;
    const id = this.leaseId;
    const { leaseMs } = this;
    const all = { ...keys, lease: keys.lease(id), looked: keys.leasesLooked };
    const reply = await connection.run(renew, all, { id, leaseMs, now: '' });
    if (reply.status === 'lost') {
      if (id === this.leaseId && !this.#stopped) this.listener.lost(id);
      return this.#beatMs;
    }
    if (reply.queueCount !== this.#queueCount && !this.#stopped) {
      this.#queueCount = reply.queueCount;
      this.listener.counted?.(reply.queueCount);
    }
    if (reply.order !== this.#ordered && id === this.leaseId && !this.#stopped) {
      this.#ordered = reply.order;
      this.listener.ordered?.(id, reply.order);
    }
    await this.listener.renewed?.(id);
    if (reply.expired !== null) await this.#reap(reply.expired);
    // Somebody's lease runs out before our next beat: be there when it does.
    const next = reply.expired !== null ? 0 : (reply.nextExpiryInMs ?? Infinity) + 20;
    return Math.max(10, Math.min(this.#beatMs, next));
  }

  async #reap(leaseId: string): Promise<void> {
    const reply = await reapLease(this.connection(), leaseId);
    if (reply.status === 'reaped') this.listener.recovered?.(leaseId, reply.requeued, reply.failed);
  }
}
