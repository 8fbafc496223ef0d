import { BroughtLocks } from '../locks/brought-locks.js';
import type { WorkerRecord } from '../record/worker-record.js';
import type { CycleAheadReply } from '../scripts/cycle.js';
import type { JobNeeds } from './job-needs.js';
import { MetNeeds } from './met-needs.js';

/** In front of the characters that stand for claims, there is the second. */
const behindSecond = ':';
/** A claim's character: this, four times the place of its class from 1, 1 with its lock and 2 where nothing had failed. */
const zero = 48;
/** As if the lock of the first class had come. */
const unknown = 5;

/** One call, and what is to come along with its claims. From its making on their locks are taken for held. */
export class NeedsOfCall {
  readonly #locks: BroughtLocks;

  constructor(
    readonly needs: readonly JobNeeds[],
    leaseId: string,
    readonly first: number,
    wanted: number,
  ) {
    this.#locks = new BroughtLocks(leaseId, first, wanted);
  }

  /**
   * What came with new claims, in their order, as the answer tells; or with those that an earlier arrival of the call made, of
   * which nobody tells: their locks go with them, and are asked for.
   */
  read(
    answer: string,
    fresh: CycleAheadReply['fresh'],
    known: readonly WorkerRecord[],
  ): (MetNeeds | undefined)[] {
    const all: (MetNeeds | undefined)[] = [];
    const locks: MetNeeds[] = [];
    const at = answer.indexOf(behindSecond) + 1;
    const second = Number(answer.slice(0, Math.max(0, at - 1)));
    const add = (claim: number, payload: string, code: number): MetNeeds | undefined => {
      const needs = (code & 3) > 0 ? this.needs[(code >> 2) - 1] : undefined;
      const brought = (code & 1) > 0 ? this.#locks : undefined;
      const met = needs && new MetNeeds(needs, payload, claim, brought, second, (code & 2) > 0);
      if (met && brought) locks.push(met);
      all.push(met);
      return met;
    };
    for (const { payloads } of fresh) {
      for (const payload of payloads)
        add(this.first + all.length, payload, answer.charCodeAt(at + all.length) - zero);
    }
    for (const { claim, payload } of known) add(claim ?? 0, payload, unknown)?.lose();
    this.#locks.answered(locks);
    return all;
  }
}
