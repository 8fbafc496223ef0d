export type { LookOptions } from './delayed/remove-delayed-jobs.js';
export type { BulkJob } from './enqueue/typed-args.js';
export { Queue } from './queue.js';
export type { QueueOptions, ResolvedQueueOptions } from './queue-options.js';
