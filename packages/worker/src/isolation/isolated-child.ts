import { pathToFileURL } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { ReskueError } from '@reskue/core';
import { JobContext, runInJob } from '../perform/current-job.js';
import type { FromChild, ToChild, TravellingError } from './child-messages.js';

// A child process of `ChildPool`: performs one job at a time.

// An endless loop hears nothing, not even that its parent is gone; a thread beside it does.
const watchdog = `const parent = process.ppid;
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);`;
new Thread(watchdog, { eval: true }).unref();

let context: JobContext | undefined;

process.on('message', (message: ToChild) => {
  if (message.kind === 'abort') context?.abort(new ReskueError('RESKUE_JOB_ABORTED', message.message));
  else void run(message).then((answer) => process.send?.(answer));
});
process.on('disconnect', () => process.exit());

async function run(message: Extract<ToChild, { kind: 'run' }>): Promise<FromChild> {
  try {
    const { job, queue, workerName, args } = message;
    const perform = await load(message.module, message.exportName);
    context = new JobContext(job, queue, workerName, Date.now());
    return { kind: 'result', result: await runInJob(context, () => perform(...args)) };
  } catch (error) {
    return { kind: 'error', error: travelling(error) };
  }
}

async function load(
  module: string,
  exportName: string | undefined,
): Promise<(...args: unknown[]) => unknown> {
  const loaded = (await import(pathToFileURL(module).href)) as Record<string, unknown>;
  const found =
    exportName === undefined ? (functionOf(loaded['default']) ?? loaded['perform']) : loaded[exportName];
  // Whatever args it takes, it is called with those of the job.
  if (typeof found === 'function') return found as (...args: unknown[]) => unknown;
  const wanted = exportName === undefined ? 'as default or "perform"' : `as "${exportName}"`;
  throw new ReskueError('RESKUE_JOB_NO_PERFORM', `The module ${module} exports no function ${wanted}`);
}

/** CommonJS modules come as `default`, with `perform` inside. */
function functionOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Reflect.get(value, 'perform') as unknown;
}

function travelling(error: unknown): TravellingError {
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack };
  return { name: 'Error', message: String(error), stack: undefined };
}
