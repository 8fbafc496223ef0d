import type { Connection } from '@reskue/core';

/** Redis is to be held up for no longer than this by one slice. */
const TARGET_MS = 4;
const LEAST = 50;
const MOST = 1_000;

/**
 * How many entries the next slice may have: fewer when the last one took Redis too long, more when it was quick. What the
 * way there and back takes is measured first and taken off.
 */
export class Pace {
  #most = 500;
  readonly #tripMs: number;

  private constructor(tripMs: number) {
    this.#tripMs = tripMs;
  }

  static async of(connection: Connection): Promise<Pace> {
    let tripMs = Infinity;
    for (let round = 0; round < 2; round += 1) {
      const before = performance.now();
      await connection.client.ping();
      tripMs = Math.min(tripMs, performance.now() - before);
    }
    return new Pace(tripMs);
  }

  get most(): number {
    return this.#most;
  }

  /** Tells how long a slice took, from asking to its answer. */
  took(ms: number): void {
    const inRedis = ms - this.#tripMs;
    if (inRedis > TARGET_MS) this.#most = Math.max(LEAST, Math.floor(this.#most / 2));
    else if (inRedis < TARGET_MS / 2) this.#most = Math.min(MOST, Math.ceil(this.#most * 1.25));
  }
}
