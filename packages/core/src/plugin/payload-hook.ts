import type { Job } from '../jobs/job.js';
import type { PayloadMembers } from '../payload/payload-members.js';
import { createPlugin, type PluginHost } from './create-plugin.js';
import { pluginClass } from './plugin-registry.js';

/** For what a payload is made: for its queue, or to be delayed until an epoch ms. */
export type PayloadMaking = { phase: 'enqueue' } | { phase: 'delay'; dueMs: number };

/** What plugins write into the payload, all together; the last one wins a name. Throws what a hook throws. */
export function collectMembers(
  plugins: readonly object[],
  making: PayloadMaking,
): PayloadMembers | undefined {
  let members: PayloadMembers | undefined;
  for (const plugin of plugins) {
    const hook: unknown = Reflect.get(plugin, 'payloadMembers');
    if (typeof hook !== 'function') continue;
    // The contract's return type; each member is checked where it is written.
    const given = Reflect.apply(hook, plugin, [making]) as PayloadMembers | undefined;
    if (given !== undefined) members = { ...members, ...given };
  }
  return members;
}

/**
 * The same for a job that is to be delayed: no other hook runs then, so only those plugins are made that have this one as
 * a method of their class.
 */
export function delayedMembers(
  host: PluginHost,
  func: string,
  queue: string,
  job: Job | undefined,
  args: readonly unknown[],
  dueMs: number,
): PayloadMembers | undefined {
  if (job?.plugins === undefined) return undefined;
  const plugins = job.plugins
    .filter(writesMembers)
    .map((reference) => createPlugin(reference, { host, func, queue, job, args }));
  return collectMembers(plugins, { phase: 'delay', dueMs });
}

function writesMembers(reference: unknown): boolean {
  try {
    return typeof Reflect.get(pluginClass(reference).prototype as object, 'payloadMembers') === 'function';
  } catch {
    // No plugin, or one that nobody registered: whoever runs its hooks will say so.
    return false;
  }
}
