import { optionInvalid } from './option-invalid.js';

/**
 * Reads options one by one, with a default for what was left out. `null` counts as left out: node-resque's
 * README writes `password: null`. Numbers may come as digits (`process.env.REDIS_PORT`), as ioredis takes them.
 */
export class OptionReader {
  readonly #owner: string;
  readonly #given: Readonly<Record<string, unknown>>;

  /** @throws RESKUE_OPTION_INVALID when `given` is no object. */
  constructor(owner: string, given: unknown) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw optionInvalid(owner, 'options', given, 'an object');
    }
    this.#owner = owner;
    // An object, as was just checked; its members are read as unknown.
    this.#given = given as Readonly<Record<string, unknown>>;
  }

  raw(name: string): unknown {
    return this.#given[name] ?? undefined;
  }

  integer(name: string, fallback: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.#digits(this.raw(name));
    if (value === undefined) return fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
      return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
    throw this.refuse(name, `an integer ${range}`);
  }

  number(name: string, fallback: number, min: number): number {
    const value = this.#digits(this.raw(name));
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= min) return value;
    throw this.refuse(name, `a number of ${min} or more`);
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value === 'boolean') return value;
    throw this.refuse(name, 'true or false');
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.refuse(name, 'a string');
  }

  oneOf<Name extends string>(name: string, allowed: readonly Name[], fallback: Name): Name {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    throw this.refuse(name, allowed.map((one) => `"${one}"`).join(' or '));
  }

  refuse(name: string, expected: string): Error {
    return optionInvalid(this.#owner, name, this.#given[name], expected);
  }

  #digits(value: unknown): unknown {
    return typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  }
}
