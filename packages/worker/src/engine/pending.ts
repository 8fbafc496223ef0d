/** What is under way and has to be waited for. */
export class Pending {
  readonly #all = new Set<Promise<void>>();

  add(work: Promise<void>): void {
    this.#all.add(work);
    void work.finally(() => this.#all.delete(work));
  }

  /** Resolves when nothing is under way any more, what was begun meanwhile included. */
  async done(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all);
  }
}
