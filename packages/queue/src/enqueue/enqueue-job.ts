import type { PluginRun } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { checkArgs, hasPlugins, type JobCall } from './job-call.js';
import { payloadOf } from './payload-of.js';
import { withHooks } from './with-hooks.js';

/** Puts one job into its queue, with its hooks; false when one of them refused it. */
export function enqueueJob(context: QueueContext, call: JobCall): Promise<boolean> {
  // Most jobs have neither, and then there is nothing to wait for.
  if (hasPlugins(call) || call.job?.args !== undefined) return enqueueWithHooks(context, call);
  return store(context, call);
}

async function enqueueWithHooks(context: QueueContext, call: JobCall): Promise<boolean> {
  await checkArgs(call);
  return withHooks(context, call, (run) => store(context, call, run));
}

// The payload is made now, not before: a hook may have changed the args. What is thrown here, callers turn into a rejection.
function store(context: QueueContext, call: JobCall, run?: PluginRun): Promise<true> {
  return context.outbox.append(call.queue, payloadOf(context, call, run));
}
