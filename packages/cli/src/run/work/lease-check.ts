import type { Connection } from '@reskue/core/protocol';
import { ownLeases } from './own-leases.js';

const everyMs = 2_500;
/** Without a lease for so long while Redis answers, the process works for nobody. */
const graceMs = 15_000;

/**
 * Looks each few seconds whether this process has a lease in Redis. A process whose event loop turns, whose Redis answers
 * and that has no lease for long is sick, and should be started anew. While Redis is away nothing is known, and nobody is.
 */
export class LeaseCheck {
  sick: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #missingSince: number | undefined;

  constructor(
    readonly connection: Connection,
    /** It should have one. */
    readonly isWanted: () => boolean,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const { connection } = this;
    if (!this.isWanted() || !connection.connected || connection.client.status !== 'ready')
      return this.#seen();
    try {
      if ((await ownLeases(connection)).length > 0) return this.#seen();
    } catch {
      return this.#seen();
    }
    this.#missingSince ??= Date.now();
    const missingMs = Date.now() - this.#missingSince;
    if (missingMs >= graceMs) this.sick = `no lease for ${Math.round(missingMs / 1_000)} s`;
  }

  #seen(): void {
    this.#missingSince = this.sick = undefined;
  }
}
