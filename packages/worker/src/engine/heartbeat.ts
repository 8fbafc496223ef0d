import { reapLease, type Connection } from '@reskue/core/protocol';
import type { Lease } from './lease.js';

export interface HeartbeatEvents {
  lost(): void;
  failed(error: unknown): void;
}

/** Renews the lease every quarter of its term, and takes back the jobs of processes whose lease has run out. */
export class Heartbeat {
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(
    readonly connection: () => Connection,
    readonly lease: Lease,
    readonly events: HeartbeatEvents,
  ) {}

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#arm(this.#beatMs);
  }

  /** A beat that is under way does no harm: it renews a lease that is gone, or reaps one that has to be. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  get #beatMs(): number {
    return this.lease.terms.leaseMs / 4;
  }

  #arm(ms: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.#beat().catch((error: unknown) => {
        if (!this.#stopped) this.events.failed(error);
        this.#arm(this.#beatMs / 2);
      });
    }, ms);
  }

  async #beat(): Promise<void> {
    const reply = await this.lease.renew();
    if (reply.status === 'lost') {
      this.events.lost();
      this.#arm(this.#beatMs);
      return;
    }
    if (reply.expired !== null) await reapLease(this.connection(), reply.expired);
    // Somebody's lease runs out before our next beat: be there when it does.
    const next = reply.expired !== null ? 0 : (reply.nextExpiryInMs ?? Infinity) + 20;
    this.#arm(Math.max(10, Math.min(this.#beatMs, next)));
  }
}
