import type { Dialect } from '../connection/connection-options.js';
import { encodeWith, frameOf } from './encode-job.js';
import { isPlainText } from './is-plain-text.js';

/** A job that is to be written. */
export interface WritableJob {
  readonly queue: string;
  /** Its class. */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Texts that are looked at together; a longer one is quicker looked at by itself. */
const shortText = 1_000;

/**
 * The payloads of many jobs, as `encodeJob` writes each. The texts among their args are taken for such that JSON writes as
 * they are, and then looked at all together: one look at 1,000 texts takes half of what a look at each does.
 * @throws RESKUE_ARGS_NOT_JSON, naming the place
 */
export function encodeJobs(dialect: Dialect, jobs: readonly WritableJob[]): string[] {
  const texts: string[] = [];
  const isPlain = (text: string): boolean => {
    if (text.length >= shortText) return isPlainText(text);
    texts.push(text);
    return true;
  };
  const payloads = jobs.map((job) => encodeOne(dialect, job, isPlain));
  if (isPlainText(texts.join(''))) return payloads;
  return jobs.map((job) => encodeOne(dialect, job, isPlainText));
}

function encodeOne(
  dialect: Dialect,
  { queue, name, args }: WritableJob,
  isPlain: (text: string) => boolean,
): string {
  const { before, after, opening, closing } = frameOf(dialect, queue, name, 'queue');
  if (args.length === 1 && !('toJSON' in args)) {
    const [arg] = args;
    if (typeof arg === 'string' && isPlain(arg)) return opening + arg + closing;
  }
  return before + encodeWith(isPlain, args) + after;
}
