import type { MetricsText } from '../health/health-source.js';
import type { Child } from '../supervisor/child.js';

/** Of what prom-client gives as JSON, what is read here. */
interface Metric {
  type: string;
  aggregator?: string;
}

/**
 * The metrics of all processes of a fleet as one page. The counts of those that are gone are kept: a counter that falls at
 * each restart tells Prometheus of work that was never done.
 */
export class FleetMetrics {
  #ofTheGone: Promise<Metric[]> = Promise.resolve([]);

  constructor(readonly children: () => readonly Child[]) {}

  /** Keeps what a process that is gone had told last. */
  keep({ lastMetrics }: Child): void {
    const counts = metricsIn(lastMetrics).filter(isCount);
    if (counts.length > 0) this.#ofTheGone = this.#ofTheGone.then((known) => add(known, counts));
  }

  async text(): Promise<MetricsText> {
    const [{ mergeMetrics }, ofTheGone, ...parts] = await Promise.all([
      import('@reskue/metrics'),
      this.#ofTheGone,
      ...this.children().map((child) => child.metrics()),
    ]);
    return mergeMetrics([ofTheGone, ...parts]);
  }
}

async function add(...parts: Metric[][]): Promise<Metric[]> {
  const { AggregatorRegistry } = await import('prom-client');
  return metricsIn(await AggregatorRegistry.aggregate(parts).getMetricsAsJSON());
}

// What a child sends is what prom-client gave it.
const metricsIn = (told: unknown): Metric[] => (Array.isArray(told) ? (told as Metric[]) : []);
/** It adds up; a state of the moment is gone with its process. */
const isCount = ({ type, aggregator = 'sum' }: Metric): boolean => type !== 'gauge' && aggregator === 'sum';
