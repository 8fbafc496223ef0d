import type { Connection } from '@reskue/core';
import { Stopwatch } from './stopwatch.js';

/** Two crystals drift apart by far less than a millisecond in so long. */
const freshMs = 30_000;

/** Redis's clock, as of here: asked now and then, counted on in between. It is behind by the way of an answer, never ahead. */
export class RedisClock {
  readonly #connection: Connection;
  readonly #since = new Stopwatch();
  #asked: number | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Epoch ms; asks Redis when its last answer is old, or wrong. */
  async now(): Promise<number> {
    if (this.#asked === undefined || this.#since.ms > freshMs) {
      const [seconds, micros] = await this.#connection.client.time();
      this.#asked = Number(seconds) * 1_000 + Number(micros) / 1_000;
      this.#since.restart();
    }
    return this.estimate;
  }

  /** The same without asking; NaN before the first answer. */
  get estimate(): number {
    return (this.#asked ?? NaN) + this.#since.ms;
  }

  /** Redis disagreed: it is asked at the next occasion. */
  doubt(): void {
    this.#asked = undefined;
  }
}
