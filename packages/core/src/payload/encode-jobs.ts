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
  return lookedAtTogether((isPlain) => jobs.map((job) => encodeOne(dialect, job, isPlain)));
}

/** What `encode` gives where `isPlain` tells of each text whether JSON writes it as it is. It may be called a second time. */
export function lookedAtTogether<Encoded>(encode: (isPlain: (text: string) => boolean) => Encoded): Encoded {
  const texts: string[] = [];
  const encoded = encode((text) => {
    if (text.length >= shortText) return isPlainText(text);
    texts.push(text);
    return true;
  });
  return isPlainText(texts.join('')) ? encoded : encode(isPlainText);
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
export function onlyText(args: readonly unknown[]): string | undefined {
  try {
    if (args.length !== 1 || 'toJSON' in args) return undefined;
    const [arg] = args;
    return typeof arg === 'string' ? arg : undefined;
  } catch {
    // A getter that throws: it will throw again, and then the error tells so.
    return undefined;
  }
}
