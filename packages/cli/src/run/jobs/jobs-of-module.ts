import { resolveJob, type Jobs } from '@reskue/core/protocol';

/** What a module gives to a worker and a scheduler. `schedules` is checked by the Scheduler that gets it. */
export interface ModuleContents {
  jobs: Jobs;
  /** `undefined`: it says nothing of any; an empty object says that there are none. */
  schedules: Record<string, unknown> | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isClass = (value: unknown): boolean =>
  typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');

/** `{ perform }`. */
const isJob = (value: unknown): boolean => isRecord(value) && typeof value.perform === 'function';
const isSchedule = (value: unknown): boolean =>
  isRecord(value) && !isJob(value) && ('cron' in value || 'every' in value);

/** The names under which an object holds something, those of the class it was made from included, as `resolveJob` finds them. */
function namesIn(value: object): string[] {
  const names = new Set<string>();
  for (
    let at: object | null = value;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  names.delete('constructor');
  return [...names];
}

/** An object whose members are all jobs: `{ perform }` or bare functions, but no classes. */
function jobsIn(value: unknown): Jobs | undefined {
  if (!isRecord(value) || isJob(value)) return undefined;
  const names = namesIn(value);
  const jobs: Jobs = {};
  for (const name of names) {
    const resolved = resolveJob(value, name);
    if (!resolved.ok || isClass(value[name])) return undefined;
    jobs[name] = resolved.job;
  }
  return names.length > 0 ? jobs : undefined;
}

function schedulesIn(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, entry]) => isSchedule(entry)) ? Object.fromEntries(entries) : undefined;
}

/**
 * Finds jobs and schedules among what a module exports. The default export counts alone if it has any of them; else the
 * named ones: an object of jobs, a single job `{ perform }` under its own name, an object of schedules. What is none of these
 * (constants, helpers, plugin classes) is passed over.
 */
export function jobsOfModule(module: Readonly<Record<string, unknown>>): ModuleContents {
  const found: ModuleContents = { jobs: {}, schedules: undefined };
  // CommonJS that was made from ESM has its default export inside of the one that Node makes.
  const inner = isRecord(module.default) && '__esModule' in module.default ? module.default : undefined;
  const exported = inner ?? module;
  const main = exported.default;
  const ofDefault = isRecord(main) && Object.keys(main).length > 0 ? schedulesIn(main) : undefined;
  found.schedules = ofDefault ?? schedulesIn(exported.schedules);
  const jobs = jobsIn(main);
  if (jobs) return { ...found, jobs };
  for (const [name, value] of Object.entries(exported)) {
    if (name === 'default' || name === 'module.exports') continue;
    if (isJob(value)) Object.assign(found.jobs, jobsIn({ [name]: value }));
    else Object.assign(found.jobs, jobsIn(value));
  }
  return found;
}

/** The members of an object with jobs that are none; an object without any job has none either. */
export function strayMembers(value: unknown): string[] {
  if (!isRecord(value)) return [];
  const names = namesIn(value);
  const strays = names.filter((name) => jobsIn({ [name]: value[name] }) === undefined);
  return strays.length < names.length ? strays : [];
}
