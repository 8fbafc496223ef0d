// @ts-check

/** Holds the first jobs until so many are in hand at once. */
export class Gate {
  isOpen = false;
  /** Resolves when all are there; rejects when they do not come. */
  isFull;
  #missing;
  /** @type {() => void} */
  #fill = () => {};
  /** @type {(() => void)[]} */
  #held = [];

  constructor(/** @type {number} */ slots, patienceMs = 60_000) {
    this.#missing = slots;
    this.isFull = new Promise((/** @type {(value?: undefined) => void} */ resolve, reject) => {
      const late = () => reject(new Error(`${this.#missing} of ${slots} slots got no job`));
      const timer = setTimeout(late, patienceMs);
      this.#fill = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @returns {Promise<void>} */
  enter() {
    this.#missing -= 1;
    if (this.#missing === 0) this.#fill();
    return new Promise((resolve) => this.#held.push(resolve));
  }

  open() {
    this.isOpen = true;
    for (const release of this.#held) release();
  }
}
