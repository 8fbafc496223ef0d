// The shapes and names of node-resque 9. Args are `any` there: code written against it uses them without a check.

/** A payload that was read. Members that a writer added after `args` are there, too. */
export interface ParsedJob {
  class: string;
  queue: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  args: any[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  pluginOptions?: { [pluginName: string]: { [option: string]: any } };
}

/** What a worker is working on. `run_at` is a text of the writer's form; `parseTime` reads each. */
export interface ParsedWorkerPayload {
  run_at: string;
  queue: string;
  worker: string;
  payload: ParsedJob;
  /** Milliseconds for which the event loop of its process has been blocked; left out when it is not. Ours. */
  blockedMs?: number;
}

/**
 * The text that stands for an idle worker among what workers are working on. It has no members: they are declared since
 * node-resque declares every entry as a payload, and code reads `all[name].payload` without asking.
 */
export type IdleWorker = 'started' & ParsedWorkerPayload;

/** An entry of the list `failed`. */
export interface ParsedFailedJobPayload {
  worker: string;
  queue: string;
  payload: ParsedJob;
  exception: string;
  error: string;
  backtrace: string[];
  failed_at: string;
}

/** The entry that `forceCleanWorker` writes. */
export interface ErrorPayload {
  worker: string;
  queue: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what node-resque declares
  payload: { class: string; args: any[] };
  exception: string;
  error: string;
  backtrace: string[];
  failed_at: string | number;
}
