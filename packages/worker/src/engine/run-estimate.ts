/** A run that takes longer than this, ms, is not short: claiming ahead would gain little and hold up others. */
const shortMs = 5;
/** So many short runs in a row must have been seen: a handful of jobs, as in a test, is settled before `success` is told. */
const enoughRuns = 50;
/** Work that may wait behind what is running, ms. */
const aheadMs = 10;
/** Characters from which on a payload is claimed ahead only past Lua: what its text costs there is more than a round trip saves. */
const longPayload = 8_192;
/** Characters of payloads that one call brings: more at once wait longer for each other than they save, in Redis and here. */
const mostAtOnce = 250_000;
/** Two calls under way keep Redis and Node busy at once; more would only make the batches smaller. */
const callsAtOnce = 2;
/**
 * Redis carries out what has arrived before it goes on writing a long reply; so there is one to be carried out, one to be
 * written and one to be read, and one more for the moments in which one of the two falls behind. Measured in turns with 64 kB,
 * in jobs a second: four calls of 250,000 characters 8,580, six 7,530 to 8,530, three of 500,000 7,180 to 7,780, six 7,170,
 * five of 330,000 7,930, twelve of 131,000 5,020.
 */
const bulkyCallsAtOnce = 4;
/** What a long run counts as, ms: long enough to be off for dozens of runs, and no longer. */
const mostMs = 50;

/**
 * How much work the jobs of a lane are, each: what a run takes, or where many run at the same time (each waits for its lock, say)
 * what passes from one end to the next. It rises at once and falls slowly.
 */
export class RunEstimate {
  #ms = 0;
  #shortRuns = 0;
  /** Of the last payloads, on average. */
  #payloadLength = 0;

  /**
   * @param ms how long a job ran
   * @param sinceLastMs from the end of another one to its own
   */
  add(ms: number, sinceLastMs = ms): void {
    const isShort = ms < shortMs;
    this.#shortRuns = isShort ? this.#shortRuns + 1 : 0;
    // They end in bursts, as answers come: one end among others tells little by itself.
    const isAmongOthers = isShort && sinceLastMs < ms;
    const each = isAmongOthers ? sinceLastMs : ms;
    if (each > this.#ms && !isAmongOthers) this.#ms = Math.min(each, mostMs);
    else this.#ms += (each - this.#ms) / 16;
  }

  /** A job turned out long while it is running still, or one that is more than its code. */
  addLong(): void {
    this.add(mostMs);
  }

  /** A job was claimed: one with a long payload, among others, counts as one that runs long. */
  addPayload({ length }: { length: number }): void {
    this.#payloadLength += (length - this.#payloadLength) / 16;
    if (length >= longPayload && !this.isBulky) this.addLong();
  }

  /** What calls bring is long: to make, to send and to read it takes far longer than the round trip. */
  get isBulky(): boolean {
    return this.#payloadLength >= longPayload;
  }

  get callsAtOnce(): number {
    return this.isBulky ? bulkyCallsAtOnce : callsAtOnce;
  }

  /** For how many slots one call is to claim. */
  get portion(): number {
    return Math.max(1, Math.floor(mostAtOnce / Math.max(this.#payloadLength, 1)));
  }

  /**
   * How many jobs may wait behind those that run: 10 ms of work, at most so many; 0 until enough runs were short. Of those with
   * long payloads no more than a call brings.
   */
  allows(most: number): number {
    return this.isBulky ? Math.min(this.#allows(most), this.portion) : this.#allows(most);
  }

  #allows(most: number): number {
    if (this.#shortRuns < enoughRuns || this.#ms >= shortMs) return 0;
    return Math.min(most, Math.floor(aheadMs / Math.max(this.#ms, 0.001)));
  }
}
