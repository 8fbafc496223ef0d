import { fileURLToPath } from 'node:url';
import { optionInvalid, type Job } from '@reskue/core/protocol';
import { currentJob } from '../perform/current-job.js';
import { ChildPool } from './child-pool.js';

/** A job that lives in a module of its own and runs in a child process. */
export interface IsolatedJobOptions extends Omit<Job, 'perform'> {
  /** The module: an absolute path, or a URL such as `new URL('./resize.js', import.meta.url)`. */
  module: string | URL;
  /** Which of its exports is the function. @default "default", else "perform" */
  export?: string;
  /** Milliseconds from the abort of its signal until its process is killed. @default 1000 */
  killAfter?: number;
  /** Megabytes that its heap may take; a process that needs more dies, and the job has failed. @default Node's own limit */
  maxMemory?: number;
}

/** A job definition that says where it runs. */
export interface IsolatedJob extends Job {
  isolation: 'process';
}

/**
 * Makes the definition of a job that runs in a child process: an endless loop is killed at its `timeout`, and a crash or
 * `process.exit` fails this one job and nothing else. Children are reused, one job at a time, and end with their parent.
 * Args and results are cloned (structured clone).
 *
 * @throws RESKUE_OPTION_INVALID
 */
export function isolatedJob(options: IsolatedJobOptions): IsolatedJob {
  const { module, export: exportName, killAfter = 1_000, maxMemory, ...definition } = options;
  const pool = new ChildPool({
    module: modulePath(module),
    exportName,
    killAfterMs: killAfter,
    execArgv: maxMemory === undefined ? [] : [`--max-old-space-size=${maxMemory}`],
  });
  return {
    ...definition,
    isolation: 'process',
    perform: (...args: unknown[]) => pool.run(args, currentJob()),
  };
}

function modulePath(module: string | URL): string {
  if (typeof module === 'string' && module.startsWith('/')) return module;
  try {
    return fileURLToPath(module);
  } catch {
    throw optionInvalid('isolatedJob', 'module', module, 'an absolute path or a file: URL');
  }
}
