import type { Logger } from 'pino';
import type { CommandContext } from '../../command/command-context.js';
import { exitGrace, exitSoon } from '../exit-soon.js';
import { asDefinitions } from '../jobs/as-definitions.js';
import { loadSomeJobs } from '../jobs/load-jobs.js';
import { workMetrics } from '../metrics/work-metrics.js';
import { obeySignals } from '../obey-signals.js';
import { openDoors } from '../open-doors.js';
import { refusing } from '../refusing.js';
import { serveSupervisor } from '../supervisor/serve-supervisor.js';
import { drainQueues } from './drain-queues.js';
import { workHealth } from './work-health.js';
import { workOnce } from './work-once.js';
import type { WorkPlan } from './work-plan.js';
import { WorkProcess } from './work-process.js';

/** Works in this process, alone or as one of a fleet. */
export async function workHere(context: CommandContext, plan: WorkPlan, fleetLog: Logger): Promise<number> {
  const { jobs, schedules } = await loadSomeJobs(plan.modules);
  const log = plan.seat > 0 ? fleetLog.child({ seat: plan.seat }) : fleetLog;
  const scheduler = plan.hasScheduler ? { schedules: asDefinitions(schedules) } : undefined;
  const work = refusing(() => new WorkProcess({ ...plan.work, scheduler }, jobs, log));
  const metrics = await workMetrics(work, context.options.has('healthPort'));
  let exitCode: number | undefined;
  const orders = {
    drain: (): void => void work.drain(),
    stopNow: (code: number): void => {
      exitCode ??= code;
      exitSoon(code, exitGrace.stopped);
      void work.stopNow();
    },
    quiet: () => work.quiet(),
    resume: () => work.resume(),
  };
  // Also where it could not begin.
  context.defer(() => work.drain());
  context.defer(obeySignals(orders, log));
  if (plan.seat > 0) context.defer(serveSupervisor(work, orders, () => metrics.json(), log));
  else
    await openDoors(
      context,
      workHealth(work, () => metrics.text()),
      log,
    );
  work.on('phase', (phase) => {
    if (phase === 'working') {
      const { queues } = work.workers.options;
      log.info(
        { queues: queues.join(','), jobs: Object.keys(jobs).length, workers: work.claiming },
        'working',
      );
    }
  });
  const result = await runMode(work, plan.mode);
  const { processed, failed } = work;
  log.info({ processed, failed }, 'ended');
  exitSoon(exitCode ?? result, exitGrace.over);
  return exitCode ?? result;
}

async function runMode(work: WorkProcess, mode: WorkPlan['mode']): Promise<number> {
  if (mode === 'once') return workOnce(work);
  if (mode === 'drain') return drainQueues(work);
  const ended = new Promise<void>((resolve) => {
    work.on('phase', (phase) => phase === 'ended' && resolve());
  });
  await work.start();
  await ended;
  return 0;
}
