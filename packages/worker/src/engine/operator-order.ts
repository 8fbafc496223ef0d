import { steer, type Connection, type LeaseOrder } from '@reskue/core/protocol';
import type { Heartbeat } from '../heartbeat/heartbeat.js';
import type { SlotHost } from './slot.js';

/** Whose order it is: an Engine. */
interface Steered {
  readonly connection: Connection;
  readonly leaseId: string;
  report(error: unknown): void;
  tellAll(tell: (host: SlotHost) => void): void;
}

/**
 * What an operator wants of this process, as its lease tells with each renewal. It outlives the lease: one that is taken
 * after a loss gets the order written into it.
 */
export class OperatorOrder {
  current: LeaseOrder = '';
  /** Under which it was heard. */
  #leaseId = '';

  constructor(
    readonly engine: Steered,
    readonly heartbeat: () => Heartbeat,
  ) {}

  /** What a lease says; that of one that is lost counts no more. */
  hear(leaseId: string, order: LeaseOrder): void {
    if (leaseId !== this.engine.leaseId) return;
    if (order === '' && this.current !== '' && leaseId !== this.#leaseId) {
      void this.#repeat(leaseId);
      return;
    }
    this.#leaseId = leaseId;
    this.#set(order);
  }

  async #repeat(leaseId: string): Promise<void> {
    const { connection } = this.engine;
    const { keys } = connection;
    try {
      const lease = keys.lease(leaseId);
      const args = { id: leaseId, order: this.current, now: '' } as const;
      const { status } = await connection.run(steer, { leases: keys.leases, lease }, args);
      // Where this lease is gone as well, the next one says so.
      if (status !== 'told') return;
      this.#leaseId = leaseId;
      // It may be taken back before the next beat, which then finds what the last one did.
      if (leaseId === this.engine.leaseId) this.heartbeat().follow(leaseId);
    } catch (error) {
      // Nobody could take back what nobody sees.
      this.#leaseId = leaseId;
      this.#set('');
      this.engine.report(error);
    }
  }

  #set(order: LeaseOrder): void {
    if (order === this.current) return;
    this.current = order;
    this.engine.tellAll((host) => host.ordered(order, true));
  }
}
