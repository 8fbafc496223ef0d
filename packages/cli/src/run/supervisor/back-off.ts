/** A process that lived for so long was healthy: the next pause is the shortest again. */
const healthyMs = 60_000;
const longestMs = 30_000;

/** How long to wait before a process is started again: 1 s, doubled by each early end up to 30 s. */
export class BackOff {
  #failures = 0;

  constructor(readonly firstMs = 1_000) {}

  /** The pause before the next start, ms, after a process that lived for so many ms. */
  next(livedMs: number): number {
    if (livedMs >= healthyMs) this.#failures = 0;
    const pauseMs = Math.min(this.firstMs * 2 ** this.#failures, longestMs);
    this.#failures += 1;
    return pauseMs;
  }
}
