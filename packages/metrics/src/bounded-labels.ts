/** What stands for every value beyond the cap. */
export const other = 'other';

/**
 * Lets the first so many distinct values through and calls the rest `other`, so that names that a producer makes up cannot
 * grow the number of time series without end.
 */
export class BoundedLabels {
  readonly #known = new Set<string>();

  constructor(readonly most: number) {}

  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.most) return other;
    this.#known.add(value);
    return value;
  }
}
