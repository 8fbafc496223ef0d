export { installSignalHandlers, type Endable, type SignalOptions } from './install-signal-handlers.js';
export { isolatedJob, type IsolatedJob, type IsolatedJobOptions } from './isolation/isolated-job.js';
export { currentJob, type JobContext } from './perform/current-job.js';
export { Worker } from './worker.js';
export type { WorkerEvents } from './worker-events.js';
export type { EndOptions, ResolvedWorkerOptions, WorkerOptions } from './worker-options.js';
