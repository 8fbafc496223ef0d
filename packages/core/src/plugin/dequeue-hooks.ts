import type { Job } from '../jobs/job.js';
import type { PluginHost } from './create-plugin.js';
import { pluginClass } from './plugin-registry.js';
import { RunPlugins } from './run-plugins.js';

/** Whether a plugin of the job wants to know that it was removed from its queue; if none does, nothing is to be read. */
export function hasDequeueHook(job: Job | undefined): boolean {
  return job?.plugins?.some(wantsToKnow) ?? false;
}

function wantsToKnow(reference: unknown): boolean {
  try {
    return typeof Reflect.get(pluginClass(reference).prototype as object, 'afterDequeue') === 'function';
  } catch {
    // No plugin, or one that nobody registered: removing a job is no time to complain of it.
    return false;
  }
}

/** Tells the plugins of a job that it was removed from its queue. Rejects with what a hook throws. */
export async function runDequeueHooks(
  host: PluginHost,
  func: string,
  queue: string,
  job: Job,
  args: readonly unknown[],
): Promise<void> {
  const plugins = job.plugins?.filter(wantsToKnow) ?? [];
  await RunPlugins(host, 'afterDequeue', func, queue, { ...job, plugins }, args);
}
