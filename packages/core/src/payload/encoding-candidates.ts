import type { Dialect } from '../connection/connection-options.js';
import { assemble, encodeArgs } from './encode-job.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** The same JSON as Rails writes it, with the characters escaped that HTML gives a meaning. */
const withRailsEscapes = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (char) => ESCAPES[char] ?? char);

/**
 * The texts under which a delayed job may be known (`timestamps:<payload>`), each once, ours first: node-resque's and
 * Ruby's order, plain and with the escapes of Rails. A job whose numbers Ruby writes otherwise (`1.0`) is not among them.
 * @throws RESKUE_ARGS_NOT_JSON
 */
export function encodingCandidates(
  queue: string,
  className: string,
  args: readonly unknown[],
  dialect: Dialect = 'node',
): string[] {
  const text = encodeArgs(args);
  const other: Dialect = dialect === 'node' ? 'ruby' : 'node';
  const plain = [dialect, other].map((one) => assemble(one, queue, className, text, 'delayed'));
  return [...new Set([...plain, ...plain.map(withRailsEscapes)])];
}
