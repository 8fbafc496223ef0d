import {
  monitorEventLoopDelay,
  performance,
  type EventLoopUtilization,
  type IntervalHistogram,
} from 'node:perf_hooks';

/** The monitor ticks this often; it does not see what is shorter. */
const tickMs = 20;
const nsPerMs = 1e6;
/**
 * A loop that was active for less than this share of the time is late by less than a millisecond or so, however that is
 * spread: after so many ms of looks that found no more the monitor rests, for its ticks alone cost a fifth of a percent of a
 * core.
 */
const quietShare = 0.05;
const quietMs = 1_250;

/** Sums over all ticks so far: their lengths, and the squares of these. */
interface Ticks {
  length: number;
  squares: number;
}

/**
 * How late the event loop is: the milliseconds that something which becomes due at any moment waits on average, since the
 * last look. The time of each tick of Node's monitor counts by its own length: one block of 200 ms in half a second is 40 ms
 * late on average, a pause of the garbage collector for 15 ms is nothing. While nothing happens it does not tick; the first
 * look that finds the loop active lets it tick again.
 */
export class LoopDelay {
  /** Made when it is needed: one that was never enabled counts among the handles of the process. */
  #monitor: IntervalHistogram | undefined;
  #seen: Ticks = { length: 0, squares: 0 };
  #dueAt = Infinity;
  #utilization: EventLoopUtilization | undefined;
  /** When the quiet began. */
  #quietAt = 0;

  /** Begins to measure; it does not keep the process alive. */
  start(): void {
    this.#dueAt = Infinity;
    this.#utilization = performance.eventLoopUtilization();
    this.#quietAt = performance.now();
    this.#wake();
  }

  stop(): void {
    this.#rest();
    this.#utilization = undefined;
  }

  /** It ticks. */
  get isAwake(): boolean {
    return this.#monitor !== undefined;
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
    this.#restOrWake();
    return Math.max(0, average, late);
  }

  #wake(): void {
    this.#monitor = monitorEventLoopDelay({ resolution: tickMs });
    this.#monitor.enable();
    this.#seen = this.#ticks();
  }

  #rest(): void {
    this.#monitor?.disable();
    this.#monitor = undefined;
  }

  #restOrWake(): void {
    const before = this.#utilization;
    if (!before) return;
    this.#utilization = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(this.#utilization, before);
    const now = performance.now();
    const isQuiet = utilization < quietShare;
    if (!isQuiet) this.#quietAt = now;
    if (now - this.#quietAt >= quietMs) this.#rest();
    else if (!isQuiet && !this.#monitor) this.#wake();
  }

  #ticks(): Ticks {
    if (!this.#monitor || this.#monitor.count === 0) return { length: 0, squares: 0 };
    const { count, mean, stddev } = this.#monitor;
    const [meanMs, deviationMs] = [mean / nsPerMs, stddev / nsPerMs];
    return { length: count * meanMs, squares: count * (meanMs ** 2 + deviationMs ** 2) };
  }
}
