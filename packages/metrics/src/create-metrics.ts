import type { Registry } from 'prom-client';
import { FleetGauges } from './fleet/fleet-gauges.js';
import type { WatchedQueue } from './fleet/watched-queue.js';
import type { MetricsText } from './merge-metrics.js';
import { resolveMetricsOptions, type MetricsOptions } from './metrics-options.js';
import { JobCounters } from './observe/job-counters.js';
import { observe, type Observable } from './observe/observe.js';
import { ProcessCounters } from './observe/process-counters.js';
import { SlotGauges } from './observe/slot-gauges.js';

export type { MetricsOptions } from './metrics-options.js';

/** The metrics of one process. */
export interface Metrics {
  readonly register: Registry;
  /**
   * Counts and measures what a Worker, a MultiWorker or a Scheduler tells by its events; the function that it gives ends
   * that. Of the workers of a MultiWorker, observe the MultiWorker alone.
   */
  observe(subject: Observable): () => void;
  /**
   * Has the state of the whole fleet looked up in Redis at each scrape, through this Queue's connection: depths, ages,
   * failed, delayed, workers. Needed once a fleet, though it does no harm twice: all processes tell the same.
   */
  watch(queue: WatchedQueue): () => void;
  /** The page for Prometheus. */
  text(): Promise<MetricsText>;
  /** The same as plain data, which can be sent to another process for `mergeMetrics`. */
  json(): Promise<unknown>;
}

/**
 * Makes the metrics of this process in prom-client's format. All their names: docs/operate.md.
 * @throws RESKUE_OPTION_INVALID
 */
export function createMetrics(given: MetricsOptions = {}): Metrics {
  const options = resolveMetricsOptions(given);
  const { register } = options;
  const counters = {
    jobs: new JobCounters(options),
    process: new ProcessCounters(options),
    slots: new SlotGauges(options),
  };
  const fleet = new FleetGauges(options);
  return {
    register,
    observe: (subject) => observe(subject, counters),
    watch: (queue) => fleet.watch(queue),
    text: async () => ({ text: await register.metrics(), contentType: register.contentType }),
    json: () => register.getMetricsAsJSON(),
  };
}
