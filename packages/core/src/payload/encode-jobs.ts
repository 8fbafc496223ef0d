import type { Dialect } from '../connection/connection-options.js';
import { encodeWith, frameOf } from './encode-job.js';
import { isPlainText } from './is-plain-text.js';
import { framed, type Payload } from './long-payload.js';

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
 * The payload of a job for its queue, as `encodeJob` writes it.
 * @throws RESKUE_ARGS_NOT_JSON, naming the place
 */
export const encodePayload = (dialect: Dialect, job: WritableJob): Payload =>
  encodeOne(dialect, job, isPlainText);

/**
 * The payloads of many jobs, as `encodeJob` writes each. The texts among their args are taken for such that JSON writes as
 * they are, and then looked at all together: one look at 1,000 texts takes half of what a look at each does.
 * @throws RESKUE_ARGS_NOT_JSON, naming the place
 */
export function encodeJobs(dialect: Dialect, jobs: readonly WritableJob[]): Payload[] {
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
): Payload {
  const { before, after, opening, closing } = frameOf(dialect, queue, name, 'queue');
  const text = onlyText(args);
  if (text !== undefined && isPlain(text)) return framed(opening, text, closing);
  return framed(before, encodeWith(isPlain, args), after);
}

/** The text that is all of the args; undefined for any others. */
function onlyText(args: readonly unknown[]): string | undefined {
  try {
    if (args.length !== 1 || 'toJSON' in args) return undefined;
    const [arg] = args;
    return typeof arg === 'string' ? arg : undefined;
  } catch {
    // A getter that throws: it will throw again, and then the error tells so.
    return undefined;
  }
}
