/**
 * Elapsed milliseconds. The greater of two clocks: the monotonic one stands still while the machine sleeps, the other one
 * may be set back.
 */
export class Stopwatch {
  #monotonic = performance.now();
  #wall = Date.now();

  get ms(): number {
    return Math.max(performance.now() - this.#monotonic, Date.now() - this.#wall);
  }

  /** Starts again, now or with another one's start. */
  restart(as: Stopwatch = new Stopwatch()): void {
    this.#monotonic = as.#monotonic;
    this.#wall = as.#wall;
  }
}
