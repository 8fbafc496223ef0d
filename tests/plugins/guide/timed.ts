import { Plugin } from '@reskue/core';

/** Tells how long jobs take. */
export class Timed extends Plugin {
  #startedAt = 0;

  override beforePerform() {
    this.#startedAt = performance.now();
    return true;
  }

  override afterPerform() {
    console.log(`${this.func} took ${Math.round(performance.now() - this.#startedAt)} ms`);
  }
}
