import type { MetricsText } from '../health/health-source.js';
import type { WorkProcess } from '../work/work-process.js';

export interface WorkMetrics {
  /** For the port of this process. */
  text(): Promise<MetricsText | undefined>;
  /** For a supervisor that merges those of its processes. */
  json(): Promise<unknown>;
}

export function workMetrics(_work: WorkProcess): WorkMetrics {
  return { text: async () => undefined, json: async () => undefined };
}
