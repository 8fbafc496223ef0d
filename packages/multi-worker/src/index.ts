export { MultiWorker } from './multi-worker.js';
export type { MultiWorkerEvents } from './multi-worker-events.js';
export type { MultiWorkerOptions, ResolvedMultiWorkerOptions } from './multi-worker-options.js';
