import { decodeFailure, isReskueError } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { isConnectionTrouble } from '../connection-trouble.js';
import { retryEntry } from './retry-failed.js';

const PAGE = 100;

/**
 * Retries what `forceCleanWorker` put into `failed`, looking at the first `upperLimit` entries. A job that a hook refuses
 * stays; so does one that cannot be retried, and `error` tells why.
 */
export async function retryStuckJobs(context: QueueContext, upperLimit: number): Promise<void> {
  const { client, keys } = context.connection;
  // What comes in meanwhile is for the next time.
  let left = Math.min(upperLimit, await client.llen(keys.failed));
  let kept = 0;
  while (left > 0) {
    const page = await client.lrange(keys.failed, kept, kept + Math.min(PAGE, left) - 1);
    if (page.length === 0) return;
    left -= page.length;
    for (const text of page) if (!isStuck(text) || !(await retry(context, text))) kept += 1;
  }
}

/** True when the entry is gone, by us or by somebody else. */
async function retry(context: QueueContext, text: string): Promise<boolean> {
  try {
    return await retryEntry(context, text);
  } catch (error) {
    if (isReskueError(error) && error.code === 'RESKUE_JOB_NOT_FAILED') return true;
    if (isConnectionTrouble(error)) throw error;
    // A hook that throws, a queue that is no list, an entry without a job: those behind it are retried all the same.
    context.report(error);
    return false;
  }
}

function isStuck(text: string): boolean {
  const decoded = decodeFailure(text);
  if (!decoded.ok) return false;
  // Null for what was thrown without a stack, and anything at all from other writers.
  const backtrace: unknown = decoded.failure.backtrace;
  return Array.isArray(backtrace) && backtrace[1] === 'queue#forceCleanWorker';
}
