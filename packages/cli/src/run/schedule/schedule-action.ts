import { Connection } from '@reskue/core';
import { Scheduler } from '@reskue/scheduler';
import { asDefinitions } from '../jobs/as-definitions.js';
import { refusing } from '../refusing.js';
import type { CommandAction } from '../../command/command-spec.js';
import { exitGrace, exitSoon } from '../exit-soon.js';
import { schedulerMetrics } from '../metrics/scheduler-metrics.js';
import { answersPing } from '../health/answers-ping.js';
import type { HealthSource } from '../health/health-source.js';
import { loadJobs } from '../jobs/load-jobs.js';
import { createLog } from '../log/create-log.js';
import { logScheduler } from '../log/log-scheduler.js';
import { readLogOptions } from '../log/log-options.js';
import { obeySignals } from '../obey-signals.js';
import { openDoors } from '../open-doors.js';
import { connectPatiently } from '../work/connect-patiently.js';

export const run: CommandAction = async (context) => {
  const { options } = context;
  const log = createLog(readLogOptions(context));
  const { jobs, schedules } = await loadJobs(options.texts('require') ?? []);
  const connection = new Connection(context.connection);
  context.defer(() => connection.end());
  const timeout = Math.max(options.durationMs('interval') ?? 5_000, 1);
  const scheduler = refusing(
    () => new Scheduler({ connection, timeout, schedules: asDefinitions(schedules) }, jobs),
  );
  logScheduler(scheduler, log);

  const stop = new AbortController();
  let exitCode = 0;
  const end = (): void => stop.abort();
  const orders = {
    drain: end,
    stopNow: (code: number): void => {
      exitCode = code;
      exitSoon(code, exitGrace.stopped);
      end();
    },
    quiet: () => log.warn('a scheduler cannot be quieted: end it, another one takes over'),
    resume: () => undefined,
  };
  context.defer(obeySignals(orders, log));
  const metrics = await schedulerMetrics(scheduler, connection, options.has('healthPort'));
  await openDoors(context, schedulerHealth(scheduler, connection, metrics), log);

  await connectPatiently(connection, log, stop.signal);
  if (!stop.signal.aborted) {
    await scheduler.connect();
    await scheduler.start();
    log.info({ scheduler: scheduler.name, schedules: Object.keys(schedules ?? {}).length }, 'scheduling');
    await new Promise<void>((resolve) =>
      stop.signal.addEventListener('abort', () => resolve(), { once: true }),
    );
    await scheduler.end();
  }
  log.info('ended');
  exitSoon(exitCode, exitGrace.over);
  return exitCode;
};

function schedulerHealth(
  scheduler: Scheduler,
  connection: Connection,
  metrics: HealthSource['metrics'],
): HealthSource {
  return {
    live: () => ({ ok: true, leader: scheduler.leader, running: scheduler.running }),
    async ready() {
      const connected = await answersPing(connection);
      return {
        ok: connected && scheduler.running,
        leader: scheduler.leader,
        running: scheduler.running,
        connected,
      };
    },
    metrics,
  };
}
