import { AsyncLocalStorage } from 'node:async_hooks';
import type { ParsedJob, ReskueError } from '@reskue/core';

/** What a job can learn of itself while it runs. */
export class JobContext {
  #controller: AbortController | undefined;

  constructor(
    readonly job: ParsedJob,
    readonly queue: string,
    readonly workerName: string,
    /** Epoch ms. */
    readonly startedAt: number,
    /** @internal Fails the job for what its code left behind. */
    readonly crash: (error: ReskueError) => void = () => undefined,
  ) {}

  /** Aborts when the job is to stop: its worker ends with a deadline that has passed, or somebody took the job away. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** @internal */
  abort(reason: Error): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(reason);
  }
}

const storage = new AsyncLocalStorage<JobContext>();

/** The job that the calling code runs for; `undefined` outside of one. */
export const currentJob = (): JobContext | undefined => storage.getStore();

/** Runs code as part of a job, with everything that it starts. */
export const runInJob = <Result>(context: JobContext, code: () => Result): Result =>
  storage.run(context, code);
