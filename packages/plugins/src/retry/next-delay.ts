import { ReskueError } from '@reskue/core';
import type { ResolvedRetryOptions } from './retry-options.js';

/**
 * Milliseconds until the attempt that follows so many failures (from 1 on).
 * @throws RESKUE_OPTION_INVALID when a function gives no such number, with the job's error as `cause`; and what it throws
 */
export async function nextDelay(
  { backoff, delayMs, maxDelayMs }: ResolvedRetryOptions,
  failures: number,
  error: unknown,
): Promise<number> {
  if (backoff === null) return delayMs;
  if (backoff === 'exponential') {
    // Full jitter: jobs that failed together do not come back together.
    return Math.round(Math.random() * Math.min(maxDelayMs, delayMs * 2 ** (failures - 1)));
  }
  if (typeof backoff !== 'function') return backoff[Math.min(failures, backoff.length) - 1] ?? delayMs;
  const given: unknown = await backoff(failures, error);
  if (typeof given === 'number' && given >= 0 && Number.isFinite(given)) return given;
  throw new ReskueError(
    'RESKUE_OPTION_INVALID',
    `Retry option "backoffStrategy": expected the function to give milliseconds, got ${String(given)}`,
    { cause: error },
  );
}
