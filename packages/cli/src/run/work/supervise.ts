import type { Logger } from 'pino';
import type { CommandContext } from '../../command/command-context.js';
import { FleetMetrics } from '../metrics/fleet-metrics.js';
import { obeySignals } from '../obey-signals.js';
import { openDoors } from '../open-doors.js';
import { fleetHealth } from '../supervisor/fleet-health.js';
import { Supervisor } from '../supervisor/supervisor.js';
import type { WorkPlan } from './work-plan.js';

/** Looks after processes that run this very command line. */
export async function supervise(context: CommandContext, plan: WorkPlan, log: Logger): Promise<number> {
  const program = { file: process.argv[1] ?? '', argv: process.argv.slice(2), env: process.env };
  const { processes, maxMemoryBytes, work } = plan;
  const { termTimeoutMs } = work;
  const metrics = new FleetMetrics(() => supervisor.children);
  const supervisor: Supervisor = new Supervisor(
    { processes, program: () => program, termTimeoutMs, maxMemoryBytes },
    log,
    (child) => metrics.keep(child),
  );
  let rolled: Promise<unknown> = Promise.resolve();
  context.defer(
    obeySignals(
      {
        drain: () => supervisor.end('drain', 0),
        stopNow: (exitCode) => supervisor.end('now', exitCode),
        quiet: () => supervisor.quiet(true),
        resume: () => supervisor.quiet(false),
        // A second one while the first is under way is done after it: code may have changed again.
        roll: () => void (rolled = rolled.then(() => supervisor.roll('SIGUSR2'))),
      },
      log,
    ),
  );
  await openDoors(
    context,
    fleetHealth(supervisor, () => metrics.text()),
    log,
  );
  const exitCode = await supervisor.run();
  log.info({ exitCode, restarts: supervisor.restarts }, 'all processes ended');
  return exitCode;
}
