import type { Connection } from '../connection/connection.js';
import type { Job } from '../jobs/job.js';
import { frameOf } from '../payload/encode-job.js';
import type { Plugin } from '../plugin/plugin.js';
import { pluginClass, type PluginClass } from '../plugin/plugin-registry.js';

/** A lock of the job's own: its key is `front` and the job's args as they stand in the payload. */
export interface LockNeed {
  readonly front: string;
  readonly ttlMs: number;
}

/** Whether an earlier run failed: a key of this beginning and the args joined by `-`, or one that all of the class share. */
export interface RetryNeed {
  readonly counters: string;
  readonly sign: string;
}

/** What a plugin asks Redis for before each job of a class, in a form that a claim can bring along. */
export interface PluginNeeds {
  readonly lock?: LockNeed;
  readonly retries?: RetryNeed;
}

/** The same of all plugins of a class of jobs in a queue. */
export interface JobNeeds extends PluginNeeds {
  /** What the payloads of such jobs begin with, up to the args; behind these stands a brace and no more. */
  readonly head: string;
}

/** Of which jobs a plugin is asked. */
export interface NeedSubject {
  readonly connection: Connection;
  readonly func: string;
  readonly queue: string;
  /** Its own, of `pluginOptions`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Tells the needs of a plugin, or undefined where a claim cannot bring them. */
export type NeedTeller = (subject: NeedSubject) => PluginNeeds | undefined;

// One in the process, however many copies of this package are loaded.
const key = Symbol.for('reskue.plugin.needs');

/**
 * Has claims bring along what a plugin of ours needs; not its subclasses, which may have hooks of their own. It is no
 * promise: whoever runs the hook looks whether what came is what it wants (`MetNeeds`).
 */
export function tellNeeds(Class: PluginClass, tell: NeedTeller): void {
  Object.defineProperty(Class, key, { value: tell });
}

/** Whether claims bring along what this plugin needs, whatever its job's definition was when they were made. */
export const tellsNeeds = (plugin: Plugin): boolean => Object.hasOwn(plugin.constructor, key);

/** A lock that would lapse so soon is taken when its job begins: the one that comes with a claim has no expiry at first. */
const shortestTtlMs = 60_000;

/**
 * What can come along with the claim of such a job; undefined when nothing can. Only of the plugins at the head of the
 * list that tell their needs: behind one that does not, and may refuse the job or change its args, nothing is fetched early.
 */
export function jobNeeds(
  connection: Connection,
  job: Job,
  func: string,
  queue: string,
): JobNeeds | undefined {
  let all: PluginNeeds = {};
  for (const reference of job.plugins ?? []) {
    const told = needsOf(reference, { connection, func, queue }, job);
    if (told === undefined) break;
    all = { ...told, ...all };
  }
  const { lock, retries } = all;
  const isLockFit = lock !== undefined && lock.ttlMs >= shortestTtlMs;
  if (!isLockFit && retries === undefined) return undefined;
  const { before, after } = frameOf(connection.dialect, queue, func, 'queue');
  if (after !== '}') return undefined;
  return { head: before, ...(isLockFit && { lock }), ...(retries && { retries }) };
}

function needsOf(
  reference: unknown,
  subject: Omit<NeedSubject, 'options'>,
  { pluginOptions }: Job,
): PluginNeeds | undefined {
  const Class = tryFind(reference);
  if (!Class || !Object.hasOwn(Class, key)) return undefined;
  // Only tellNeeds writes it.
  const tell = Reflect.get(Class, key) as NeedTeller;
  return tell({ ...subject, options: pluginOptions?.[Class.name] ?? {} });
}

/** One that nobody knows fails its job, and is no matter here. */
function tryFind(reference: unknown): PluginClass | undefined {
  try {
    return pluginClass(reference);
  } catch {
    return undefined;
  }
}
