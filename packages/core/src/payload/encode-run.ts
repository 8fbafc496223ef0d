import type { Dialect } from '../connection/connection-options.js';
import { encodeWith, frameOf } from './encode-job.js';
import { lookedAtTogether, onlyText } from './encode-jobs.js';
import { longArgs } from './long-payload.js';
import { PayloadRun } from './payload-run.js';

/** Characters around the args of a job, at most. */
const longestFrame = 1_000;

/**
 * The payloads of jobs of one class for one queue, of which these are the args, as `encodeJob` writes each; undefined where
 * one of them is long.
 * @throws RESKUE_ARGS_NOT_JSON, naming the place
 */
export function encodeRun(
  dialect: Dialect,
  queue: string,
  className: string,
  list: readonly (readonly unknown[])[],
): PayloadRun | undefined {
  const { before, after, opening, closing } = frameOf(dialect, queue, className, 'queue');
  if (opening.length + closing.length > longestFrame) return undefined;
  const texts = shortTexts(list);
  if (texts !== undefined) return new PayloadRun(opening, texts, closing, false);
  const middles = lookedAtTogether((isPlain) => shortArgs(list, isPlain));
  return middles && new PayloadRun(before, middles, after, true);
}

/** The texts that are all of the args; undefined where there are others. */
function shortTexts(list: readonly (readonly unknown[])[]): string[] | undefined {
  const texts: string[] = [];
  for (const args of list) {
    const text = onlyText(args);
    if (text === undefined || text.length >= longArgs) return undefined;
    texts.push(text);
  }
  return texts;
}

function shortArgs(
  list: readonly (readonly unknown[])[],
  isPlain: (text: string) => boolean,
): string[] | undefined {
  const middles: string[] = [];
  for (const args of list) {
    const middle = encodeWith(isPlain, args);
    if (middle.length >= longArgs) return undefined;
    middles.push(middle);
  }
  return middles;
}
