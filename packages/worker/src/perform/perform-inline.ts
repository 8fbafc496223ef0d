import {
  createPluginRun,
  ReskueError,
  resolveJob,
  sendCommands,
  validateArgs,
  type ParsedJob,
} from '@reskue/core/protocol';
import { JobContext, runInJob } from './current-job.js';

/** What an inline run reads and writes of its Worker. */
export interface InlineHost {
  readonly name: string;
  readonly jobs: object;
  readonly started: boolean;
  error: unknown;
  result: unknown;
}

/**
 * Performs a job here and now, hooks included, without Redis: for tests. Gives what `perform` returns, or `undefined` when
 * a before hook refused.
 * @throws RESKUE_WORKER_STARTED, RESKUE_JOB_UNKNOWN, RESKUE_JOB_NO_PERFORM, and the job's own error unless a hook took it back
 */
export async function performInline(host: InlineHost, func: string, given: unknown): Promise<unknown> {
  if (host.started) {
    throw new ReskueError(
      'RESKUE_WORKER_STARTED',
      'Worker#performInline can not be used on a started worker',
    );
  }
  const resolved = resolveJob(host.jobs, func);
  if (!resolved.ok) throw resolved.error;
  const { job } = resolved;
  const args: unknown[] = Array.isArray(given) ? given : [given];
  const queue = `_direct-queue-${host.name}`;
  const plugins = createPluginRun(host, func, queue, job, args);
  const parsed: ParsedJob = { class: func, queue, args };
  host.error = null;
  host.result = undefined;
  let mayRun = true;
  try {
    mayRun = (await plugins?.run('beforePerform')) ?? true;
    if (mayRun) {
      const valid = await validateArgs(job, func, args);
      const context = new JobContext(parsed, queue, host.name, Date.now());
      const perform = () => runInJob(context, () => job.perform.apply(host, [...valid]) as unknown);
      host.result = await (plugins ? plugins.around(perform) : perform());
    }
  } catch (error) {
    host.error = error ?? new ReskueError('RESKUE_JOB_THREW_NOTHING', `The job threw ${String(error)}`);
  }
  try {
    if (mayRun) await plugins?.run('afterPerform');
  } catch (error) {
    host.error = error;
  }
  const failed = Boolean(host.error);
  const settled = await plugins?.settle({
    phase: 'perform',
    outcome: !mayRun ? 'refused' : failed ? 'failed' : 'done',
    ...(failed ? { error: host.error } : {}),
  });
  if (settled) await sendCommands(host, settled.commands);
  // Whatever a job throws, its caller gets.
  if (failed) throw host.error;
  return mayRun ? host.result : undefined;
}
