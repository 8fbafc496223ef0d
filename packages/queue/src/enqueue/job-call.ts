import { ReskueError, resolveJob, validateArgs, type Job } from '@reskue/core/protocol';

/** A job as it was asked for, checked. */
export interface JobCall {
  queue: string;
  name: string;
  args: readonly unknown[];
  /** Its definition, where the Queue knows one. */
  job: Job | undefined;
}

/**
 * Checks the names and gives the job's definition. Any class may be enqueued; one that is unknown here has no plugins.
 * @throws RESKUE_QUEUE_NAME_INVALID, RESKUE_JOB_NAME_INVALID
 */
export function jobCall(jobs: object, queue: string, name: string, args: unknown): JobCall {
  checkQueueName(queue);
  if (typeof name !== 'string' || name === '') {
    throw new ReskueError('RESKUE_JOB_NAME_INVALID', `Job class: expected a name, got ${describe(name)}`);
  }
  return { queue, name, args: toArgs(args), job: definitionOf(jobs, name) };
}

/** @throws RESKUE_QUEUE_NAME_INVALID */
export function checkQueueName(queue: unknown): asserts queue is string {
  if (typeof queue === 'string' && queue !== '') return;
  throw new ReskueError('RESKUE_QUEUE_NAME_INVALID', `Queue: expected a name, got ${describe(queue)}`);
}

/** As in node-resque: no args are none, and a single value is the only argument. */
export function toArgs(args: unknown): readonly unknown[] {
  if (args === undefined) return [];
  // isArray gives any[].
  return Array.isArray(args) ? (args as unknown[]) : [args];
}

/** Whether hooks are to run around the enqueueing. */
export const hasPlugins = ({ job }: JobCall): boolean => (job?.plugins?.length ?? 0) > 0;

/** @throws RESKUE_ARGS_INVALID */
export async function checkArgs({ job, name, args }: JobCall): Promise<void> {
  if (job?.args !== undefined) await validateArgs(job, name, args);
}

/** The definition of a class, where there is one. */
export function definitionOf(jobs: object, name: string): Job | undefined {
  // Most services that enqueue know no jobs: no error needs to be made for that.
  if (!(name in jobs)) return undefined;
  const resolved = resolveJob(jobs, name);
  if (resolved.ok) return resolved.job;
  if (resolved.error.code !== 'RESKUE_JOB_NO_PERFORM') return undefined;
  // A producer need not know how to perform: only the plugins of such a definition are used here.
  const given: unknown = Reflect.get(jobs, name);
  return typeof given === 'object' && given !== null ? (given as Job) : undefined;
}

const describe = (given: unknown): string =>
  given === '' ? 'an empty text' : given === null ? 'null' : typeof given;
