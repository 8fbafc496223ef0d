import type { MetricsText } from '../health/health-source.js';
import type { WorkProcess } from '../work/work-process.js';

export interface WorkMetrics {
  /** For the port of this process. */
  text(): Promise<MetricsText | undefined>;
  /** For a supervisor, which merges those of its processes. */
  json(): Promise<unknown>;
}

const none: WorkMetrics = { text: async () => undefined, json: async () => undefined };

/** What a process measures, from now on; nothing where nobody will ask. */
export async function workMetrics(work: WorkProcess, isWanted: boolean): Promise<WorkMetrics> {
  if (!isWanted) return none;
  const { createMetrics } = await import('@reskue/metrics');
  const metrics = createMetrics();
  metrics.observe(work.workers);
  if (work.scheduler) metrics.observe(work.scheduler);
  metrics.watch(work);
  return { text: () => metrics.text(), json: () => metrics.json() };
}
