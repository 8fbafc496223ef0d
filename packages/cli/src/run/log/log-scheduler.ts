import type { Scheduler } from '@reskue/scheduler';
import type { Logger } from 'pino';
import { errorFields } from './create-log.js';
import { Seldom } from './seldom.js';

/** A line for what a scheduler does. */
export function logScheduler(scheduler: Scheduler, log: Logger): void {
  const seldom = new Seldom(5_000);
  scheduler.on('leader', () => log.info({ scheduler: scheduler.name }, 'leads from now on'));
  scheduler.on('transferredJob', (second, job: { class: string; queue: string }) =>
    log.info({ job: job.class, queue: job.queue, due: new Date(second * 1_000).toISOString() }, 'due'),
  );
  scheduler.on('refusedJob', (_second, job) =>
    log.warn({ job: job.class, queue: job.queue }, 'a plugin refused a due job: it stays delayed'),
  );
  scheduler.on('recovered', (lease, requeued, failed) =>
    log.warn({ lease, requeued, failed }, 'a process died: its jobs were taken back'),
  );
  scheduler.on('cleanStuckWorker', (worker, _payload, silentSeconds) =>
    log.warn({ worker, silentSeconds }, 'a worker gave no sign of life and was removed'),
  );
  scheduler.on('error', (error, queue: string | undefined) =>
    seldom.say(error.message, () =>
      log.error({ ...(queue && { queue }), ...errorFields(error, log) }, 'error'),
    ),
  );
}
