import type { StandardSchema } from './standard-schema.js';

/**
 * One kind of work, as node-resque declares it; `perform` may also be synchronous.
 *
 * The three `any` are node-resque's: jobs of every signature must fit into one map, and code that calls
 * `job.perform(1, 2)` or lists plugins of its own classes must compile. `defineJobs` keeps the exact types.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
export interface Job<TResult = any> {
  /** Classes, or the names of built-in plugins; they run in this order. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  plugins?: any[];
  /** Options by class name of the plugin. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  pluginOptions?: { [pluginName: string]: { [option: string]: any } };
  /** Validates the args (as one array) when a job is enqueued and again before it is performed. */
  args?: StandardSchema;
  /**
   * Milliseconds that a run may take: then its signal (`currentJob().signal`) aborts, and after a grace period it has failed,
   * whatever its code still does. 0 = no limit. @default the worker's `jobTimeout`
   */
  timeout?: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  perform: (...args: any[]) => Promise<TResult> | TResult;
}

/** Jobs by class name. */
export interface Jobs {
  [jobName: string]: Job;
}
