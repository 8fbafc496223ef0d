import type { Dialect } from '../connection/connection-options.js';
import { ReskueError } from '../errors/reskue-error.js';
import { findNonJson } from './find-non-json.js';
import { isPlainText } from './is-plain-text.js';

/** Ruby writes a payload in another order in a queue than in a delayed bucket. */
export type PayloadPurpose = 'queue' | 'delayed';

/**
 * The payload of a job, byte for byte as node-resque writes it (dialect `node`), or Ruby Resque (`ruby`).
 * @throws RESKUE_ARGS_NOT_JSON, naming the place
 */
export function encodeJob(
  dialect: Dialect,
  queue: string,
  className: string,
  args: readonly unknown[],
  purpose: PayloadPurpose = 'queue',
): string {
  return assemble(dialect, queue, className, encodeArgs(args), purpose);
}

/** What stands around the args of a payload, and for which job: a producer mostly writes the same again. */
interface Frame {
  dialect: Dialect;
  queue: string;
  className: string;
  purpose: PayloadPurpose;
  before: string;
  after: string;
  /** The same around a single text that needs no escapes: the fewer pieces a payload has, the sooner it is bytes. */
  opening: string;
  closing: string;
}

let lastFrame: Frame | undefined;

/** The same from args that are text already. */
export function assemble(
  dialect: Dialect,
  queue: string,
  className: string,
  args: string,
  purpose: PayloadPurpose,
): string {
  const { before, after } = frameOf(dialect, queue, className, purpose);
  return before + args + after;
}

export function frameOf(dialect: Dialect, queue: string, className: string, purpose: PayloadPurpose): Frame {
  const known = lastFrame;
  const isKnown =
    known?.queue === queue &&
    known.className === className &&
    known.dialect === dialect &&
    known.purpose === purpose;
  if (isKnown) return known;
  const { before, after } = around(dialect, queue, className, purpose);
  const [opening, closing] = [`${before}["`, `"]${after}`];
  return (lastFrame = { dialect, queue, className, purpose, before, after, opening, closing });
}

function around(
  dialect: Dialect,
  queue: string,
  className: string,
  purpose: PayloadPurpose,
): Pick<Frame, 'before' | 'after'> {
  const name = JSON.stringify(className);
  if (dialect === 'node') {
    return { before: `{"class":${name},"queue":${JSON.stringify(queue)},"args":`, after: '}' };
  }
  const after = purpose === 'queue' ? '}' : `,"queue":${JSON.stringify(queue)}}`;
  return { before: `{"class":${name},"args":`, after };
}

/**
 * The JSON text of a job's args.
 * @throws RESKUE_ARGS_NOT_JSON
 */
export function encodeArgs(args: readonly unknown[]): string {
  return encodeWith(isPlainText, args);
}

/** `isPlain` tells which texts JSON writes as they are. */
export function encodeWith(isPlain: (text: string) => boolean, args: readonly unknown[]): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    const simple = encodeSimply(isPlain, args);
    if (simple !== undefined) return simple;
    text = JSON.stringify(args);
    // Only a null in the text can have been something else; then, and only then, every value is looked at.
    if (!text.includes('null')) return text;
  } catch (error) {
    cause = error;
  }
  const found = tryFind(args);
  if (text !== undefined && found === undefined) return text;
  const where =
    found === undefined ? 'args: cannot be written' : `${found.place}: ${found.what} is no JSON value`;
  const options = cause === undefined ? undefined : { cause };
  throw new ReskueError('RESKUE_ARGS_NOT_JSON', `Job arguments must be JSON; ${where}`, options);
}

/**
 * What JSON.stringify gives for args that are texts, numbers and booleans, in a third to a half of its time: looking for
 * what must be escaped is cheaper than copying a text character by character. Undefined for all others.
 */
function encodeSimply(isPlain: (text: string) => boolean, args: readonly unknown[]): string | undefined {
  if ('toJSON' in args) return undefined;
  let text = '';
  let before = '[';
  for (const arg of args) {
    if (typeof arg === 'string') text += isPlain(arg) ? `${before}"${arg}"` : before + JSON.stringify(arg);
    else if (typeof arg === 'number' && Number.isFinite(arg)) text += before + String(arg);
    else if (typeof arg === 'boolean') text += before + String(arg);
    else return undefined;
    before = ',';
  }
  return text === '' ? '[]' : `${text}]`;
}

function tryFind(args: readonly unknown[]): ReturnType<typeof findNonJson> {
  try {
    return findNonJson(args, 'args');
  } catch {
    // A hostile toJSON or getter, or nesting beyond the stack: JSON.stringify has thrown the same.
    return undefined;
  }
}
