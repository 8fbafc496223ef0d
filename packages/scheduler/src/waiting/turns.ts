/** Work that never overlaps: one after the other. */
export class Turns {
  /** A turn is in hand. */
  busy = false;
  #last: Promise<unknown> = Promise.resolve();

  /** The turn in hand and those that wait; settles when they have, and never rejects. */
  get last(): Promise<unknown> {
    return this.#last;
  }

  /** Does it when all before has settled. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#last.then(async () => {
      this.busy = true;
      try {
        return await work();
      } finally {
        this.busy = false;
      }
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
