import { isMock, type Connection, type Payload, type RedisClient } from '@reskue/core/protocol';
import { closed, type NumberedCall, type Producer } from '../producer.js';
import { EnqueueScript } from './enqueue-script.js';
import { pushInTransaction } from './push-in-transaction.js';
import { appendPlainly } from './store-plainly.js';
import { Transactions } from './transactions.js';

/** Payloads in one step: Redis does nothing else while it stores them. */
export const mostAtOnce = 1_000;
/** Characters in one step, for what is gathered: more would keep Redis waiting for what could be on its way already. */
const longestGathered = 128_000;
/** The same where payloads do not pass through Lua: Redis stores 1 MB of 64 kB payloads in a ms. */
const longestInTransaction = 1_000_000;
/**
 * From so many payloads, or characters, on, a transaction is no slower than a script, and Redis has less to do. Measured,
 * each awaited: 50 payloads of 100 bytes 266 us to 248 by script, 100 payloads 270 to 353; 16 kB 263 to 247, 64 kB 321 to 361.
 */
const fewestInTransaction = 100;
const shortestInTransaction = 16_000;
/** What may be too long for ioredis to write must not leave half a transaction. */
const longestOfAll = 100_000_000;
/** After so many calls, each made when the one before was answered, the next is not kept until the end of its turn. */
const callsOneByOne = 8;

/** Payloads of one queue that go in one step. */
interface Step {
  readonly queue: string;
  readonly payloads: readonly Payload[];
  /** Characters of all of them. */
  readonly length: number;
}

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
  readonly #producer: Producer;
  readonly #script: EnqueueScript;
  /** The one that was added to last; the others are in `#parcels`, by queue. */
  #last: Parcel | undefined;
  readonly #parcels = new Map<string, Parcel>();
  /** Steps that are not answered yet. */
  #underWay = 0;
  /** Calls in a row that came when nothing was gathered or under way. */
  #oneByOne = 0;
  #looked: { client: RedisClient | undefined; isMock: boolean } = { client: undefined, isMock: false };

  constructor(connection: Connection, producer: Producer) {
    this.#connection = connection;
    this.#producer = producer;
    this.#script = new EnqueueScript(connection);
  }

  /** Appends one payload to a queue; rejects as `Producer#send`. */
  append(queue: string, payload: Payload): Promise<true> {
    return new Promise((resolve, reject) => {
      if (this.#comesAlone()) {
        const stored = (): void => resolve(true);
        this.#store({ queue, payloads: [payload], length: payload.length }, stored, reject);
        return;
      }
      const parcel = this.#parcelFor(queue, payload.length);
      parcel.payloads.push(payload);
      parcel.length += payload.length;
      parcel.waiting.push({ resolve, reject });
    });
  }

  /** Appends payloads to a queue in one step, behind what was appended before. At most a few thousand. */
  async appendAll(queue: string, payloads: readonly Payload[], length: number): Promise<void> {
    const before = this.#gathered(queue);
    if (before !== undefined) this.#dispatch(before);
    await new Promise<void>((resolve, reject) => this.#store({ queue, payloads, length }, resolve, reject));
  }

  /** Sends at once what waits for the end of this turn. */
  flush(): void {
    for (const parcel of this.#parcels.values()) this.#dispatch(parcel);
    if (this.#last !== undefined) this.#dispatch(this.#last);
  }

  /** What others may follow in its turn waits for them; somebody who awaits each call has no others. */
  #comesAlone(): boolean {
    const isAlone = this.#underWay === 0 && this.#last === undefined && this.#parcels.size === 0;
    this.#oneByOne = isAlone ? this.#oneByOne + 1 : 0;
    return this.#oneByOne > callsOneByOne;
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
    this.#store(
      parcel,
      () => {
        for (const { resolve } of parcel.waiting) resolve(true);
      },
      (error) => {
        for (const { reject } of parcel.waiting) reject(error);
      },
    );
  }

  /** Calls back, for each promise in between would cost a job as much as its payload. */
  #store(step: Step, stored: () => void, failed: (error: unknown) => void): void {
    const connection = this.#connection;
    try {
      const { client, keys } = connection;
      if (this.#isMock(client))
        return void appendPlainly(connection, step.queue, step.payloads).then(stored, failed);
      if (client.status === 'end') return void closed().catch(failed);
      const { nonce, numbered } = this.#producer.next(keys);
      const answered = (): void => {
        this.#underWay -= 1;
        nonce.answered = true;
        stored();
      };
      const tryAgain = (error: unknown): void => {
        const attempt = (): Promise<unknown> => this.#attempt(step, numbered);
        this.#producer.sendAgain(error, attempt, numbered).then(answered, (last: unknown) => {
          this.#underWay -= 1;
          failed(last);
        });
      };
      const attempted = this.#attempt(step, numbered);
      this.#underWay += 1;
      attempted.then(answered, tryAgain);
    } catch (error) {
      failed(error);
    }
  }

  #isMock(client: RedisClient): boolean {
    if (this.#looked.client !== client) this.#looked = { client, isMock: isMock(client) };
    return this.#looked.isMock;
  }

  #attempt(step: Step, numbered: NumberedCall): Promise<unknown> {
    if (isLarge(step)) return this.#sendMuch(step, numbered);
    return this.#script.enqueue(step.queue, step.payloads, numbered);
  }

  async #sendMuch({ queue, payloads }: Step, numbered: NumberedCall): Promise<unknown> {
    const transactions = Transactions.of(this.#connection);
    if (transactions?.areAllowed) {
      const operands = this.#script.operands(queue, numbered);
      const list = this.#connection.keys.queue(queue);
      const reply = await pushInTransaction(transactions.client, list, payloads, operands);
      if (reply === 'stored') return reply;
      // What Redis has against it, the script tells.
      if (reply === 'refused') transactions.refuse();
    }
    const reply = await this.#script.enqueue(queue, payloads, numbered);
    transactions?.try(this.#connection);
    return reply;
  }
}

function isLarge({ payloads, length }: Step): boolean {
  if (payloads.length < fewestInTransaction && length < shortestInTransaction) return false;
  return length <= longestOfAll;
}
