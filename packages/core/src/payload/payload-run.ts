import { isPlainText } from './is-plain-text.js';
import type { Payload } from './long-payload.js';

/** Payloads on their way into a queue. */
export type Payloads = readonly Payload[] | PayloadRun;

/**
 * Payloads that differ in their args alone, none of them long. No text is made of each: a thousand of them are turned into
 * bytes at once, and what is put together and copied before that takes as long as all the rest. It is gone through as a list is.
 */
export class PayloadRun {
  /** How many there are. */
  readonly length: number;
  /** Characters of all of them, without what escapes add. */
  readonly size: number;

  /** `areSeen`: the middles are JSON. Otherwise each is the inside of a text, in which something may have to be escaped. */
  constructor(
    readonly opening: string,
    readonly middles: readonly string[],
    readonly closing: string,
    readonly areSeen: boolean,
  ) {
    this.length = middles.length;
    let size = middles.length * (opening.length + closing.length);
    for (const middle of middles) size += middle.length;
    this.size = size;
  }

  *[Symbol.iterator](): Generator<string> {
    const { opening, closing, areSeen } = this;
    for (const middle of this.middles) {
      const isJson = areSeen || isPlainText(middle);
      yield opening + (isJson ? middle : JSON.stringify(middle).slice(1, -1)) + closing;
    }
  }
}
