import { firstReach } from './appetite.js';
import type { Slot } from './slot.js';

/** The slots of a lane that want a job and have none. */
export class FreeSlots {
  readonly #slots = new Set<Slot>();
  /** Those that came to rest after a claim made ahead, and were not told yet that there is none for them. */
  #restless = new Set<Slot>();

  get size(): number {
    return this.#slots.size;
  }

  add(slot: Slot, isRestless = false): void {
    this.#slots.add(slot);
    if (isRestless) this.#restless.add(slot);
  }

  delete(slot: Slot): void {
    this.#slots.delete(slot);
    this.#restless.delete(slot);
  }

  /** Takes out up to so many. */
  take(count: number): Slot[] {
    const taken: Slot[] = [];
    for (const slot of this.#slots) {
      if (taken.length >= count) break;
      taken.push(slot);
    }
    for (const slot of taken) this.delete(slot);
    return taken;
  }

  /** Takes out one after the other, whom `serve` may put back, for as long as there is something for them. */
  serve(hasMore: () => boolean, serve: (slot: Slot) => void): void {
    if (!hasMore()) return;
    for (const slot of [...this.#slots]) {
      if (!hasMore()) return;
      this.#slots.delete(slot);
      serve(slot);
    }
  }

  /** Whom it has to be told that there is nothing, unless they get something now. */
  takeRestless(): Slot[] {
    const slots = [...this.#restless];
    this.#restless = new Set();
    return slots;
  }

  /** Tells who has just come to rest, or is at work, from those who were at rest before. */
  waits(slot: Slot): boolean {
    return this.#slots.has(slot) && !this.#restless.has(slot);
  }

  /** Those who would have asked first. */
  first(): Slot[] {
    return [...this.#slots].slice(0, firstReach);
  }
}
