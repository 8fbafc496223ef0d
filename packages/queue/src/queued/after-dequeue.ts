import { decodeJob, hasDequeueHook, runDequeueHooks } from '@reskue/core/protocol';
import { definitionOf } from '../enqueue/job-call.js';
import type { QueueContext } from '../queue-context.js';

/** Whether plugins of a class want to know of removed jobs; if not, nothing needs to be remembered of them. */
export const isTold = (context: QueueContext, name: string): boolean =>
  hasDequeueHook(definitionOf(context.jobs, name));

/** The classes of this Queue whose plugins want to know. */
export function toldClasses(context: QueueContext): Set<string> {
  const names: string[] = [];
  for (const name in context.jobs) names.push(name);
  return new Set(names.filter((name) => isTold(context, name)));
}

/**
 * Tells the plugins of removed jobs, given by their texts, once for equal ones. What a hook throws is reported: the jobs are
 * gone all the same.
 */
export async function tellPlugins(
  context: QueueContext,
  queue: string,
  texts: Iterable<string>,
): Promise<void> {
  const told = new Set<string>();
  for (const text of texts) {
    const decoded = decodeJob(text);
    if (!decoded.ok) continue;
    const { class: name, args } = decoded.job;
    const job = definitionOf(context.jobs, name);
    const key = JSON.stringify([name, args]);
    if (job === undefined || !hasDequeueHook(job) || told.has(key)) continue;
    told.add(key);
    try {
      await runDequeueHooks(context.host, name, queue, job, args);
    } catch (error) {
      context.report(error);
    }
  }
}
