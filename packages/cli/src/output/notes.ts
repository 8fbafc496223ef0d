import pc from 'picocolors';
import { redact } from '../config/redact.js';

export interface Colors {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** Colours for a stream: where FORCE_COLOR says so, never where NO_COLOR or `--no-color` does, else on a terminal. */
export function colorsFor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  wanted: boolean,
): Colors {
  const isForced = (env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0';
  const isRefused = !wanted || (env['NO_COLOR'] ?? '') !== '' || env['FORCE_COLOR'] === '0';
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  return pc.createColors(!isRefused && (isForced || isTerminal));
}

/** What is told beside the data, on stderr, without passwords. */
export class Notes {
  readonly colors: Colors;
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream, colors: Colors) {
    this.#stream = stream;
    this.colors = colors;
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  say(text: string): void {
    this.#stream.write(`${redact(text)}\n`);
  }

  warn(text: string): void {
    this.say(`${this.colors.yellow('warning:')} ${text}`);
  }

  error(text: string): void {
    this.say(`${this.colors.red('error:')} ${text}`);
  }

  /** Writes without a line's end: for a line that is written over. */
  raw(text: string): void {
    this.#stream.write(redact(text));
  }
}
