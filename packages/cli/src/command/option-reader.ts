import { parseDuration } from '../config/parse-duration.js';
import { CommandStop } from './command-stop.js';
import type { OptionSpec } from './command-spec.js';
import { exitCodes } from './exit-codes.js';

/** Where the values of options come from, the strongest first. */
export interface OptionSources {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** `-q, --queue <name>` is `queue`, `--max-memory <size>` is `maxMemory`, `--no-color` is `color`: as commander names them. */
export function optionName(flags: string): string {
  const long = /--(?:no-)?([a-z][a-z0-9-]*)/.exec(flags)?.[1] ?? flags;
  return long.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Reads the options of a command by name: flag, then environment, then configuration file, then the fallback. */
export class CommandOptions {
  readonly #specs: ReadonlyMap<string, OptionSpec>;
  readonly #sources: OptionSources;

  constructor(specs: readonly OptionSpec[], sources: OptionSources) {
    this.#specs = new Map(specs.map((spec) => [optionName(spec.flags), spec]));
    this.#sources = sources;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#find(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.#refuse(name, value, 'a text');
  }

  /** A list: given more than once, or with commas between. */
  texts(name: string): string[] | undefined {
    const value = this.#find(name);
    if (value === undefined) return undefined;
    const parts: unknown[] = Array.isArray(value) ? value : [value];
    return parts.flatMap((part) => {
      if (typeof part !== 'string') throw this.#refuse(name, part, 'a list of texts');
      return part
        .split(',')
        .map((piece) => piece.trim())
        .filter((piece) => piece !== '');
    });
  }

  /** Environment and files also say yes with `1`, `true`, `yes` or `on`. */
  flag(name: string): boolean {
    const value = this.#find(name);
    if (typeof value === 'string') return /^(1|true|yes|on|y)$/i.test(value);
    return value === true || value === 1;
  }

  integer(name: string, min = 0): number | undefined {
    const value = this.#find(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min) return number;
    throw this.#refuse(name, value, `an integer of ${min} or more`);
  }

  /** Milliseconds of `5m`, `1h30m`, `250ms`; a bare number counts in `unitMs`. */
  durationMs(name: string, unitMs = 1_000): number | undefined {
    const value = this.#find(name);
    if (value === undefined) return undefined;
    const ms =
      typeof value === 'number'
        ? value * unitMs
        : typeof value === 'string'
          ? parseDuration(value, unitMs)
          : undefined;
    if (ms === undefined || !(ms >= 0))
      throw this.#refuse(name, value, 'a duration such as 30s, 5m or 1h30m');
    return ms;
  }

  /** How strong the place is that a value comes from: 0 for a flag, 1 environment, 2 file, 3 the fallback or nowhere. */
  rank(name: string): number {
    return this.#look(name).rank;
  }

  #find(name: string): unknown {
    return this.#look(name).value;
  }

  #look(name: string): { value: unknown; rank: number } {
    const spec = this.#specs.get(name);
    if (spec === undefined) throw new Error(`the command has no option ${name}`);
    const flag = this.#sources.flags[name];
    if (flag !== undefined) return { value: flag, rank: 0 };
    for (const variable of spec.env ?? []) {
      const value = this.#sources.env[variable];
      if (value !== undefined && value !== '') return { value, rank: 1 };
    }
    const configured = spec.config === undefined ? undefined : this.#sources.config[spec.config];
    if (configured != null) return { value: configured, rank: 2 };
    return { value: spec.fallback, rank: 3 };
  }

  #refuse(name: string, value: unknown, expected: string): CommandStop {
    const flags = this.#specs.get(name)?.flags ?? name;
    return new CommandStop(
      exitCodes.usage,
      `${flags.replace(/^-\w, | [<[].*$/g, '')}: expected ${expected}, got ${JSON.stringify(value)}`,
    );
  }
}
