import { createPluginRun, sendCommands, type PluginRun, type Settling } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import type { JobCall } from './job-call.js';

/**
 * Runs the `beforeEnqueue` hooks of a job, then `store`, then the `afterEnqueue` hooks. False when a hook refused it, or
 * `store` did. `store` is given the plugins, where there are any. Rejects with what a hook or `store` throws; after `store` the job is there nevertheless.
 */
export async function withHooks(
  context: QueueContext,
  { queue, name, args, job }: JobCall,
  store: (run?: PluginRun) => Promise<boolean>,
): Promise<boolean> {
  const run = createPluginRun(context.host, name, queue, job, args);
  if (run === undefined) return store();
  const settling: Settling = { phase: 'enqueue', outcome: 'failed' };
  try {
    if (!(await run.run('beforeEnqueue')) || !(await store(run))) {
      settling.outcome = 'refused';
      return false;
    }
    settling.outcome = 'done';
    await run.run('afterEnqueue');
    return true;
  } catch (error) {
    settling.error = error;
    throw error;
  } finally {
    await settle(context, run, settling);
  }
}

/** What the hooks took is given back; an error there is reported and changes nothing. */
async function settle(context: QueueContext, run: PluginRun, settling: Settling): Promise<void> {
  const { commands, errors } = await run.settle(settling);
  for (const error of errors) context.report(error);
  try {
    await sendCommands(context.host, commands);
  } catch (error) {
    context.report(error);
  }
}
