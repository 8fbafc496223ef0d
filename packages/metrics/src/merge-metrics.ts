import { AggregatorRegistry } from 'prom-client';

/** A page for Prometheus. */
export interface MetricsText {
  text: string;
  /** For the header `content-type`. */
  contentType: string;
}

/**
 * Makes one page of what `metrics.json()` gave in several processes: counters, histograms and slots are added up; of the
 * fleet's numbers and the delay of the event loop the highest counts. What is no such answer is left out.
 */
export async function mergeMetrics(parts: readonly unknown[]): Promise<MetricsText> {
  // prom-client declares the list of lists as a list of objects; an array is one.
  const merged = AggregatorRegistry.aggregate(parts.filter((part): part is object[] => Array.isArray(part)));
  return { text: await merged.metrics(), contentType: merged.contentType };
}
