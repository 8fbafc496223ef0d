import { ReskueError } from '../errors/reskue-error.js';
import type { Job } from './job.js';

/** A job that can be performed, or the error to fail with: RESKUE_JOB_UNKNOWN, RESKUE_JOB_NO_PERFORM. */
export type ResolvedJob = { ok: true; job: Job } | { ok: false; error: ReskueError };

/**
 * Finds the job of a class name, which may come from anybody who writes to Redis: what objects have from birth
 * (`constructor`, `__proto__`, `toString`) is no job. A bare function becomes `{ perform }`.
 */
export function resolveJob(jobs: object, name: string): ResolvedJob {
  const found = holds(jobs, name) ? (Reflect.get(jobs, name) as unknown) : undefined;
  if (found === undefined || found === null) {
    return { ok: false, error: new ReskueError('RESKUE_JOB_UNKNOWN', `No job defined for class "${name}"`) };
  }
  // Any function may be a job; what it takes is known to whoever enqueues it.
  if (typeof found === 'function') return { ok: true, job: { perform: found as Job['perform'] } };
  if (typeof found === 'object' && typeof Reflect.get(found, 'perform') === 'function') {
    // It has the one member that is required.
    return { ok: true, job: found as Job };
  }
  return { ok: false, error: new ReskueError('RESKUE_JOB_NO_PERFORM', `Missing Job: "${name}"`) };
}

/** True for an own member, and for one of a class that the jobs were made from. */
function holds(jobs: object, name: string): boolean {
  if (Object.hasOwn(jobs, name)) return true;
  if (name === 'constructor' || name === '__proto__') return false;
  return Reflect.has(jobs, name) && !Reflect.has(Object.prototype, name);
}
