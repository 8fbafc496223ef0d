import type { Connection, Listener, Payload, Payloads } from '@reskue/core/protocol';
import type { Producer } from '../producer.js';
import { LoneCall } from './lone-call.js';
import { Sender, type Step } from './sender.js';
import { StayAwake } from './stay-awake.js';
import { Transactions } from './transactions.js';

/** Payloads in one step: Redis does nothing else while it stores them. */
export const mostAtOnce = 1_000;
/** Characters in one step, for what is gathered: more would keep Redis waiting for what could be on its way already. */
const longestGathered = 128_000;
/** The same where payloads do not pass through Lua: Redis stores 1 MB of 64 kB payloads in a ms. */
const longestInTransaction = 1_000_000;
/** After so many calls, each made when the one before was answered, the next is not kept until the end of its turn. */
const callsOneByOne = 8;

/** A step that is gathered, and whoever waits for each of its payloads. */
interface Parcel extends Step {
  readonly payloads: Payload[];
  length: number;
  readonly waiting: Waiting[];
}

/** Whoever waits for a payload to be stored. */
interface Waiting {
  readonly resolve: (stored: true) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * What a Queue puts into Redis. Payloads that come in the same turn of the event loop go in one step per queue, in the
 * order of the calls; each caller has a promise of its own. All of a step are stored, once, or none is. Who awaits each
 * call does not wait for the end of its turn, too.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #awake = new StayAwake();
  /** The one that was added to last; the others are in `#parcels`, by queue. */
  #last: Parcel | undefined;
  readonly #parcels = new Map<string, Parcel>();
  /** Calls in a row that came when nothing was gathered or under way. */
  #oneByOne = 0;

  constructor(connection: Connection, producer: Producer) {
    this.#connection = connection;
    this.#sender = new Sender(connection, producer);
  }

  /** Appends one payload to a queue; rejects as `Producer#send`. */
  append(queue: string, payload: Payload): Promise<true> {
    const { length } = payload;
    if (this.#comesAlone()) return this.#sendAlone({ queue, payloads: [payload], length });
    return new Promise((resolve, reject) => {
      const parcel = this.#parcelFor(queue, length);
      parcel.payloads.push(payload);
      parcel.length += length;
      parcel.waiting.push({ resolve, reject });
    });
  }

  /** Appends payloads to a queue in one step, behind what was appended before. At most a few thousand. */
  async appendAll(queue: string, payloads: Payloads, length: number): Promise<void> {
    const before = this.#gathered(queue);
    if (before !== undefined) this.#dispatch(before);
    await new Promise<true>((resolve, reject) =>
      this.#sender.send({ queue, payloads, length }, listenerOf(resolve, reject)),
    );
  }

  /** Sends at once what waits for the end of this turn. */
  flush(): void {
    for (const parcel of this.#parcels.values()) this.#dispatch(parcel);
    if (this.#last !== undefined) this.#dispatch(this.#last);
  }

  /** What others may follow in its turn waits for them; somebody who awaits each call has no others. */
  #comesAlone(): boolean {
    const isAlone = this.#last === undefined && this.#parcels.size === 0 && this.#sender.isIdle;
    this.#oneByOne = isAlone ? this.#oneByOne + 1 : 0;
    return this.#oneByOne > callsOneByOne;
  }

  #sendAlone(step: Step): Promise<true> {
    const call = new LoneCall(this.#awake);
    this.#sender.send(step, call);
    return call.answered();
  }

  #gathered(queue: string): Parcel | undefined {
    return this.#last?.queue === queue ? this.#last : this.#parcels.get(queue);
  }

  #parcelFor(queue: string, length: number): Parcel {
    const last = this.#last;
    const known = this.#gathered(queue);
    if (known !== undefined) {
      if (known.payloads.length < mostAtOnce && this.#fits(known.length + length)) return known;
      this.#dispatch(known);
    }
    // Behind all that is ready to run now: who was answered by the same reply asks for the next job in the same turn.
    if (this.#last === undefined && this.#parcels.size === 0) process.nextTick(this.#flushed);
    // Mostly there is one queue, and then nothing to look up.
    else if (last !== undefined && last !== known) this.#parcels.set(last.queue, last);
    return (this.#last = { queue, payloads: [], length: 0, waiting: [] });
  }

  #fits(length: number): boolean {
    if (length <= longestGathered) return true;
    return length <= longestInTransaction && Transactions.of(this.#connection)?.areAllowed === true;
  }

  readonly #flushed = (): void => this.flush();

  #dispatch(parcel: Parcel): void {
    if (this.#last === parcel) this.#last = undefined;
    else this.#parcels.delete(parcel.queue);
    this.#sender.send(parcel, {
      done: () => {
        for (const { resolve } of parcel.waiting) resolve(true);
      },
      failed: (error) => {
        for (const { reject } of parcel.waiting) reject(error);
      },
    });
  }
}

const listenerOf = (resolve: Waiting['resolve'], failed: Waiting['reject']): Listener => ({
  done: () => resolve(true),
  failed,
});
