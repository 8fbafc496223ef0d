import type { ParsedJob } from '@reskue/core';
import { MultiWorker } from './multi-worker.js';

/** Checked by the compiler alone: what listeners are given, as in node-resque's declarations. */
export function listeners(multiWorker: MultiWorker): void {
  multiWorker.on('start', (workerId: number) => workerId);
  multiWorker.on(
    'success',
    (workerId: number, queue: string, job: ParsedJob, result: string, duration: number) => [
      workerId,
      queue,
      job.class,
      result,
      duration,
    ],
  );
  multiWorker.on('failure', (workerId: number, queue: string, job: ParsedJob, error: Error) => [
    workerId,
    queue,
    job,
    error.message,
  ]);
  multiWorker.on('error', (error: Error, workerId: number, queue: string, job: ParsedJob) => [
    error.message,
    workerId,
    queue,
    job,
  ]);
  multiWorker.on('cleaning_worker', (workerId: number, worker: string, pid: string) => [
    workerId,
    worker,
    pid,
  ]);
  multiWorker.on('multiWorkerAction', (verb: string, delay: number) => [verb, delay]);
  multiWorker.on('retry', (workerId: number, queue, job, error: Error, dueMs: number) => [workerId, dueMs]);
  // @ts-expect-error: the date is left out here, as in node-resque
  multiWorker.on('start', (workerId: number, at: Date) => [workerId, at]);
  // @ts-expect-error: no such event
  multiWorker.on('finish', () => undefined);
}

/** Options as node-resque's users write them, and ours. */
export const accepted = [
  () => new MultiWorker({ connection: { host: 'localhost', password: null }, queues: ['slowQueue'] }, {}),
  () =>
    new MultiWorker({
      minTaskProcessors: 1,
      maxTaskProcessors: 100,
      checkTimeout: 1000,
      maxEventLoopDelay: 10,
    }),
  () => new MultiWorker({ concurrency: 4, lease: 5_000, recovery: 'fail', maxRecoveries: 1 }),
  () => new MultiWorker({ queues: '*' }, { add: { perform: (a: number, b: number) => a + b } }),
  // @ts-expect-error: misspelt
  () => new MultiWorker({ maxTaskProcesors: 3 }),
];
