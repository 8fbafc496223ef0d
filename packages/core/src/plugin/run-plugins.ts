import type { Job } from '../jobs/job.js';
import { createPlugin, type PluginHost, type PluginSubject } from './create-plugin.js';
import { sendCommands } from './send-commands.js';
import { takeCommands } from './settlement.js';

/** Calls a hook if the plugin has it; without one, the answer is true. */
export async function callHook(plugin: object, hook: string, ...given: unknown[]): Promise<unknown> {
  const method: unknown = Reflect.get(plugin, hook);
  return typeof method === 'function' ? (Reflect.apply(method, plugin, given) as unknown) : true;
}

/**
 * Runs one hook of one plugin, on an instance made for it, and resolves with the hook's answer (true without one).
 * What the hook adds by `settleWith` is sent at once, for there is no settlement here.
 * @throws "Plugin must be the constructor name or an object" (RESKUE_PLUGIN_INVALID), and what the hook throws
 */
export async function RunPlugin(
  self: PluginHost,
  reference: unknown,
  type: string,
  func: string,
  queue: string,
  job: Job | null | undefined,
  args: readonly unknown[],
  _pluginCounter?: number,
): Promise<boolean> {
  if (!job) return true;
  const subject: PluginSubject = { host: self, func, queue, job, args };
  const plugin = createPlugin(reference, subject);
  const answer = await callHook(plugin, type);
  await sendCommands(self, takeCommands(plugin));
  // node-resque's declaration: what a hook answers is passed on as it is.
  return answer as boolean;
}

/** Runs one hook of each plugin of a job in order; false as soon as one answers a strict `false`, else true. */
export async function RunPlugins(
  self: PluginHost,
  type: string,
  func: string,
  queue: string,
  job: Job | null | undefined,
  args: readonly unknown[],
  pluginCounter = 0,
): Promise<boolean> {
  for (const reference of job?.plugins?.slice(pluginCounter) ?? []) {
    // Not `!answer`: the type is node-resque's, and a hook that answers nothing lets go on.
    const answer: unknown = await RunPlugin(self, reference, type, func, queue, job, args);
    if (answer === false) return false;
  }
  return true;
}
