import type { Job } from '../jobs/job.js';
import { rememberClaim, type JobClaim } from './job-claim.js';
import { pluginClass, type PluginClass } from './plugin-registry.js';

/** Whose hooks run: the Queue or the Worker. By no shape, for a plugin takes what it needs. */
export type PluginHost = object;

/** Everything that an instance is made of. */
export interface PluginSubject {
  readonly host: PluginHost;
  readonly func: string;
  readonly queue: string;
  readonly job: Job;
  readonly args: readonly unknown[];
  /** Where a worker has claimed it. */
  readonly claim?: JobClaim | undefined;
}

// Classes that name themselves otherwise than JavaScript does, so that their options are found at once the next time.
const ownNames = new WeakMap<PluginClass, string>();

/**
 * Makes a plugin with the options that stand under its name.
 * @throws RESKUE_PLUGIN_UNKNOWN, RESKUE_PLUGIN_INVALID, and what the constructor throws
 */
export function createPlugin(reference: unknown, subject: PluginSubject): object {
  const Class = pluginClass(reference);
  const expected = ownNames.get(Class) ?? (typeof reference === 'string' ? reference : Class.name);
  const plugin = construct(Class, subject, expected);
  const { name } = plugin as { name?: unknown };
  if (typeof name !== 'string' || name === expected || typeof reference === 'string')
    return claimed(plugin, subject);
  ownNames.set(Class, name);
  return claimed(construct(Class, subject, name), subject);
}

function claimed(plugin: object, { claim }: PluginSubject): object {
  if (claim) rememberClaim(plugin, claim);
  return plugin;
}

function construct(
  Class: PluginClass,
  { host, func, queue, job, args }: PluginSubject,
  name: string,
): object {
  return new Class(host, func, queue, ownJob(job, func, queue, args), args, job.pluginOptions?.[name] ?? {});
}

/** What of a job is its own. */
type OwnJob = new (func: string, queue: string, args: readonly unknown[]) => object;

/** Makers of such for a definition: there is a job for each plugin of each run. */
const makers = new WeakMap<Job, OwnJob>();

/** Written by a plugin, the definition would change for every job of its class; reading goes through to it. */
function ownJob(job: Job, func: string, queue: string, args: readonly unknown[]): object {
  let Made = makers.get(job);
  if (!Made) {
    const make = function (
      this: Record<string, unknown>,
      ownClass: string,
      ownQueue: string,
      own: readonly unknown[],
    ) {
      this['class'] = ownClass;
      this['queue'] = ownQueue;
      this['args'] = own;
    };
    make.prototype = job;
    // Called by `new` alone.
    makers.set(job, (Made = make as unknown as OwnJob));
  }
  return new Made(func, queue, args);
}
