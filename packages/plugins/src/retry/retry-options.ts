import type { Dialect } from '@reskue/core';
import { optionInvalid } from '@reskue/core/protocol';

/**
 * Milliseconds until the next attempt: one for each failure, the last for all further ones; a function of the number of
 * failures so far (from 1) and the last error; or `"exponential"`: a random number from 0 to
 * `retryDelay × 2^(failures − 1)`, at most `maxRetryDelay`.
 */
export type BackoffStrategy =
  readonly number[] | ((failures: number, error: unknown) => number | Promise<number>) | 'exponential';

/** What `pluginOptions` of a job may hold under `Retry`. */
export interface RetryOptions {
  /** So often it is run in all; in dialect `ruby` so often it is run again, as resque-retry counts. @default 1 */
  retryLimit?: number;
  /** Milliseconds until the next attempt. @default 5000 */
  retryDelay?: number;
  /** @default null: `retryDelay` each time */
  backoffStrategy?: BackoffStrategy | null;
  /** Milliseconds that `"exponential"` does not exceed. @default 3600000 */
  maxRetryDelay?: number;
  /** `true`: each failed attempt is also left in `failed`, as resque-retry does with Resque's own backend. @default false */
  keepFailures?: boolean;
}

export interface ResolvedRetryOptions {
  /** How many failures are followed by another attempt. */
  retries: number;
  delayMs: number;
  backoff: BackoffStrategy | null;
  maxDelayMs: number;
  keepFailures: boolean;
}

/**
 * Fills in the defaults. What is falsy counts as left out, as in node-resque; but in dialect `ruby` 0 retries are none.
 * @throws RESKUE_OPTION_INVALID
 */
export function resolveRetryOptions(
  given: Readonly<Record<string, unknown>>,
  dialect: Dialect,
): ResolvedRetryOptions {
  // Of each job that says nothing else.
  for (const _option in given) return resolve(given, dialect);
  return (defaults[dialect] ??= resolve(given, dialect));
}

const defaults: { [name in Dialect]?: ResolvedRetryOptions } = {};

function resolve(given: Readonly<Record<string, unknown>>, dialect: Dialect): ResolvedRetryOptions {
  const limit = dialect === 'ruby' ? (given['retryLimit'] ?? 1) : given['retryLimit'] || 1;
  const count = Number(limit);
  if (Number.isNaN(count)) throw optionInvalid('Retry', 'retryLimit', limit, 'a number');
  return {
    retries: dialect === 'ruby' ? count : count - 1,
    delayMs: dialect === 'ruby' && given['retryDelay'] === 0 ? 0 : milliseconds(given, 'retryDelay', 5_000),
    backoff: readBackoff(given['backoffStrategy']),
    maxDelayMs: milliseconds(given, 'maxRetryDelay', 3_600_000),
    keepFailures: Boolean(given['keepFailures']),
  };
}

function milliseconds(given: Readonly<Record<string, unknown>>, name: string, fallback: number): number {
  const value = given[name] || fallback;
  if (Number(value) >= 0) return Number(value);
  throw optionInvalid('Retry', name, value, 'milliseconds');
}

function readBackoff(given: unknown): BackoffStrategy | null {
  if (!given) return null;
  if (given === 'exponential') return given;
  // What it gives is checked when it has been called.
  if (typeof given === 'function') return given as BackoffStrategy;
  // An empty list says nothing, as in node-resque.
  if (Array.isArray(given) && given.every((ms) => Number(ms) >= 0)) {
    return given.length > 0 ? given.map(Number) : null;
  }
  throw optionInvalid(
    'Retry',
    'backoffStrategy',
    given,
    'an array of milliseconds, a function, or "exponential"',
  );
}
