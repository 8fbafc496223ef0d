import type { Logger } from 'pino';
import type { CommandContext } from '../command/command-context.js';
import type { HealthSource } from './health/health-source.js';
import { serveHealth } from './health/serve-health.js';
import { writePidFile } from './work/pid-file.js';

/** What a process shows of itself while it runs, where that is wished: a pid file, a port for probes. */
export async function openDoors(context: CommandContext, source: HealthSource, log: Logger): Promise<void> {
  const { options } = context;
  const pidFile = options.text('pidfile');
  if (pidFile !== undefined) context.defer(writePidFile(pidFile));
  const port = options.integer('healthPort', 1);
  if (port === undefined) return;
  const host = options.text('healthHost');
  context.defer(await serveHealth(source, { port, host }));
  log.info({ port, ...(host !== undefined && { host }) }, 'health is served');
}
