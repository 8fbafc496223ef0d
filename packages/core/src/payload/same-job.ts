import { decodeJob, type DecodedJob } from './decode-job.js';
import { encodeArgs } from './encode-job.js';

/** A job as somebody looks for it. */
export interface WantedJob {
  class: string;
  /** Left out: any queue. */
  queue?: string;
  args: readonly unknown[];
}

/**
 * Compares decoded values, so that it finds what any neighbour wrote: the order of keys, escapes and `1.0` for `1` make
 * no difference, members after `args` are ignored, and so is a missing queue (Ruby writes none). Integers beyond 2^53 are
 * compared as JavaScript reads them, that is rounded.
 */
export function sameJob(candidate: string | DecodedJob, wanted: WantedJob): boolean {
  return jobMatcher(wanted)(candidate);
}

/**
 * `sameJob` for many candidates.
 * @throws RESKUE_ARGS_NOT_JSON
 */
export function jobMatcher({
  class: className,
  queue,
  args,
}: WantedJob): (candidate: string | DecodedJob) => boolean {
  // As they would come back from Redis: dates are texts, undefined members are gone.
  const values: unknown = JSON.parse(encodeArgs(args));
  return (candidate) => {
    const decoded = typeof candidate === 'string' ? decodeJob(candidate) : candidate;
    if (!decoded.ok || decoded.job.class !== className) return false;
    // Typed as present, but Ruby writes none in its queues.
    const itsQueue = decoded.job.queue as string | undefined;
    if (queue !== undefined && itsQueue !== undefined && itsQueue !== queue) return false;
    try {
      return sameValue(decoded.job.args, values);
    } catch {
      // Nested beyond the stack, so not what was encoded above.
      return false;
    }
  };
}

/** Equality of two values that came out of JSON.parse. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((value, at) => sameValue(value, other[at]));
  }
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every(
    (key) => Object.hasOwn(other, key) && sameValue(Reflect.get(one, key), Reflect.get(other, key)),
  );
}
