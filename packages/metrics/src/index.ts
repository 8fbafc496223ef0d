export { createMetrics, type Metrics, type MetricsOptions } from './create-metrics.js';
export { mergeMetrics, type MetricsText } from './merge-metrics.js';
export type { Observable } from './observe/observe.js';
export type { WatchedQueue } from './fleet/watched-queue.js';
