import type { MultiWorker } from '@reskue/multi-worker';
import type { ParsedJob } from '@reskue/core';
import type { Logger } from 'pino';
import { errorFields } from './create-log.js';
import { Seldom } from './seldom.js';

/** A line for every job that ends, and for what an operator should know of the workers. Args are told at `debug` only. */
export function logWork(workers: MultiWorker, log: Logger): void {
  const seldom = new Seldom(5_000);
  const name = (id: number): string => `${workers.name}:${process.pid}+${id}`;
  const fields = (id: number, queue: string, job: ParsedJob): object => ({
    job: job.class,
    queue,
    worker: name(id),
    ...(log.isLevelEnabled('debug') && { args: job.args }),
  });
  // A `success` follows for a job that goes elsewhere, too.
  const redirected = new WeakSet<ParsedJob>();

  workers.on('job', (id, queue, job) => log.debug(fields(id, queue, job), 'begun'));
  workers.on('success', (id, queue, job, _result, ms) => {
    if (!redirected.has(job)) log.info({ ...fields(id, queue, job), ms }, 'done');
  });
  workers.on('failure', (id, queue, job, error, ms) =>
    log.error({ ...fields(id, queue, job), ms, ...errorFields(error, log) }, 'failed'),
  );
  workers.on('retry', (id, queue, job, error, dueMs) => {
    redirected.add(job);
    const due = new Date(dueMs).toISOString();
    log.warn({ ...fields(id, queue, job), due, ...errorFields(error, log) }, 'failed, will be tried again');
  });
  workers.on('reEnqueue', (id, queue, job) => {
    redirected.add(job);
    log.info(fields(id, queue, job), 'put back by a plugin');
  });
  workers.on('claimLost', (id, queue, job) => log.warn(fields(id, queue, job), 'taken away while it ran'));
  workers.on('leaseLost', (id, lease) =>
    seldom.say(`lease ${lease}`, () => log.warn({ lease, worker: name(id) }, 'lease lost: taken for dead')),
  );
  workers.on('recovered', (_id, lease, requeued, failed) =>
    log.warn({ lease, requeued, failed }, 'a process died: its jobs were taken back'),
  );
  workers.on('slow', (_id, blockedMs) => log.warn({ blockedMs }, 'a job blocks the event loop'));
  workers.on('warning', (_id, warning) => log.warn(errorFields(warning, log), 'warning'));
  workers.on('error', (error, id, queue, job) => {
    const where = {
      worker: name(id),
      ...(queue && { queue }),
      ...((job as object | null) && { job: job.class }),
    };
    seldom.say(error.message, (times) =>
      log.error({ ...where, ...(times > 1 && { times }), ...errorFields(error, log) }, 'error'),
    );
  });
}
