import type { Connection } from '@reskue/core';
import { isMock, reapLease, renew } from '@reskue/core/protocol';
import type { Emit } from '../scheduler-events.js';

/** The default term of a lease, by which a standstill is recognised; terms of other lengths are kept by their holders. */
const leaseMs = 10_000;
/** A look that comes later than half a term after the last counts as a standstill, and gives everybody one more term. */
const lookEveryMs = leaseMs / 4;
const soonestMs = 250;
const mostAtOnce = 100;

/** Takes back the jobs of processes that died: the scheduler looks too, for the last worker may be among the dead. */
export class LeaseWatch {
  readonly #connection: Connection;
  readonly #emit: Emit;

  constructor(connection: Connection, emit: Emit) {
    this.#connection = connection;
    this.#emit = emit;
  }

  /** Looks once; ms until it should look again. */
  async look(): Promise<number> {
    const { keys, client } = this.#connection;
    // Its workers live in this process and take no leases.
    if (isMock(client)) return lookEveryMs;
    for (let count = 0; count < mostAtOnce; count += 1) {
      const look = await this.#connection.run(
        renew,
        // No lease of ours: the script does not touch the key.
        { leases: keys.leases, lease: keys.lease(''), looked: keys.leasesLooked, queues: keys.queues },
        { id: '', leaseMs, now: '' },
      );
      if (look.status === 'lost') break;
      if (look.expired === null) return untilNextLook(look.nextExpiryInMs);
      const reply = await reapLease(this.#connection, look.expired);
      if (reply.status === 'reaped') this.#emit('recovered', look.expired, reply.requeued, reply.failed);
    }
    return lookEveryMs;
  }
}

const untilNextLook = (expiryInMs: number | null): number =>
  Math.min(lookEveryMs, Math.max(soonestMs, (expiryInMs ?? lookEveryMs) + 1));
