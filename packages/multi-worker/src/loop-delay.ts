import { monitorEventLoopDelay, performance, type IntervalHistogram } from 'node:perf_hooks';

/** The monitor ticks this often; it does not see what is shorter. */
const tickMs = 20;
const nsPerMs = 1e6;

/** Sums over all ticks so far: their lengths, and the squares of these. */
interface Ticks {
  length: number;
  squares: number;
}

/**
 * How late the event loop is: the milliseconds that something which becomes due at any moment waits on average, since the
 * last look. The time of each tick of Node's monitor counts by its own length: one block of 200 ms in half a second is 40 ms
 * late on average, a pause of the garbage collector for 15 ms is nothing.
 */
export class LoopDelay {
  /** Made at the start: one that was never enabled counts among the handles of the process. */
  #monitor: IntervalHistogram | undefined;
  #seen: Ticks = { length: 0, squares: 0 };
  #dueAt = Infinity;

  /** Begins to measure; it does not keep the process alive. */
  start(): void {
    this.#monitor = monitorEventLoopDelay({ resolution: tickMs });
    this.#monitor.enable();
    this.#dueAt = Infinity;
    this.#seen = this.#ticks();
  }

  stop(): void {
    this.#monitor?.disable();
    this.#monitor = undefined;
  }

  /** The next look is to come after `ms`: when it comes later, the loop was late. */
  expectLookIn(ms: number): void {
    this.#dueAt = performance.now() + ms;
  }

  /** Milliseconds, since the last look or the start. */
  look(): number {
    const before = this.#seen;
    const now = (this.#seen = this.#ticks());
    const length = now.length - before.length;
    // The monitor is not reset instead: after a reset it measures nothing until its second tick.
    const average = length > 0 ? (now.squares - before.squares) / length / 2 - tickMs / 2 : 0;
    // A block that began after the last tick, and ended with this very look, is in no tick yet.
    const late = performance.now() - this.#dueAt;
    return Math.max(0, average, late);
  }

  #ticks(): Ticks {
    if (!this.#monitor || this.#monitor.count === 0) return { length: 0, squares: 0 };
    const { count, mean, stddev } = this.#monitor;
    const [meanMs, deviationMs] = [mean / nsPerMs, stddev / nsPerMs];
    return { length: count * meanMs, squares: count * (meanMs ** 2 + deviationMs ** 2) };
  }
}
