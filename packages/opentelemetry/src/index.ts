export { traceJobs, traceQueue, type TracedQueue } from './trace-jobs.js';
export { Tracing, type TracingOptions } from './tracing.js';
