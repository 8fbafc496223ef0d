import { ReskueError } from '../errors/reskue-error.js';

const SECRETS = new Set(['password', 'url', 'options.password']);
const LONGEST = 80;

/** The given value as a message shows it: short, and never the text of a secret. */
function describeGiven(option: string, given: unknown): string {
  if (SECRETS.has(option)) return `a ${typeof given} (not shown)`;
  if (typeof given === 'function') return 'a function';
  if (typeof given === 'bigint') return `${given}n`;
  if (typeof given === 'symbol' || typeof given === 'number' || given === undefined) return String(given);
  let text: string;
  try {
    text = JSON.stringify(given);
  } catch {
    text = 'an object that is no JSON';
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
}

/**
 * The error for a refused option: names the option, what was given and what is expected.
 * `owner` is the class it was given to ("Connection", "Worker").
 */
export function optionInvalid(owner: string, option: string, given: unknown, expected: string): ReskueError {
  return new ReskueError(
    'RESKUE_OPTION_INVALID',
    `${owner} option "${option}": expected ${expected}, got ${describeGiven(option, given)}`,
  );
}
