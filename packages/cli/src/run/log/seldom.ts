/** Lets the same thing be said once in so many ms, with how often it happened since it was said last. */
export class Seldom {
  readonly #said = new Map<string, { at: number; times: number }>();

  constructor(readonly pauseMs: number) {}

  say(what: string, tell: (times: number) => void): void {
    const now = Date.now();
    const record = this.#said.get(what) ?? { at: -Infinity, times: 0 };
    record.times += 1;
    if (now - record.at >= this.pauseMs) {
      tell(record.times);
      record.at = now;
      record.times = 0;
    }
    this.#said.set(what, record);
    // What was new once is not kept for ever.
    if (this.#said.size > 100) this.#said.delete(this.#said.keys().next().value ?? '');
  }
}
