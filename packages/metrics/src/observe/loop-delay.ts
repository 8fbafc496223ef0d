import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { Gauge } from 'prom-client';

const resolutionMs = 20;
const quantiles = [50, 99, 100] as const;

/** Measures the delay of the event loop while something is observed, and begins anew with each scrape. */
export class LoopDelay {
  #histogram: IntervalHistogram | undefined;
  #users = 0;

  constructor(readonly gauge: Gauge<'quantile'>) {}

  start(): () => void {
    this.#users += 1;
    this.#histogram ??= monitorEventLoopDelay({ resolution: resolutionMs });
    this.#histogram.enable();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#users -= 1;
      if (this.#users === 0) this.#histogram?.disable();
    };
  }

  collect(): void {
    const histogram = this.#histogram;
    // Before the first tick there is nothing to tell.
    if (!histogram || this.#users === 0 || histogram.count === 0) return;
    for (const quantile of quantiles) {
      // Nanoseconds between ticks, of which the timer itself is a part.
      const lateMs = Math.max(0, histogram.percentile(quantile) / 1e6 - resolutionMs);
      this.gauge.set({ quantile: String(quantile / 100) }, lateMs / 1_000);
    }
    histogram.reset();
  }
}
