import {
  enqueue,
  evaluateScript,
  isMock,
  type Connection,
  type Keys,
  type ScriptArgument,
} from '@reskue/core/protocol';
import type { NumberedCall, Producer } from '../producer.js';
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

/** Payloads of one queue that go in one step, and whoever waits for each. */
interface Parcel {
  readonly queue: string;
  readonly payloads: string[];
  length: number;
  readonly resolves: ((stored: true) => void)[];
  readonly rejects: ((reason: unknown) => void)[];
}

/** The keys of a queue, so that a busy one's are not made anew for each step. */
interface QueueKeys {
  readonly of: Keys;
  readonly queue: string;
  readonly list: string;
  readonly wake: string;
}

/**
 * What a Queue puts into Redis. Payloads that come in the same turn of the event loop go in one step per queue, in the
 * order of the calls; each caller has a promise of its own. All of a step are stored, once, or none is.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #producer: Producer;
  readonly #parcels = new Map<string, Parcel>();
  #last: Parcel | undefined;
  #keys: QueueKeys | undefined;

  constructor(connection: Connection, producer: Producer) {
    this.#connection = connection;
    this.#producer = producer;
  }

  /** Appends one payload to a queue; rejects as `Producer#send`. */
  append(queue: string, payload: string): Promise<true> {
    return new Promise((resolve, reject) => {
      const parcel = this.#parcelFor(queue, payload.length);
      parcel.payloads.push(payload);
      parcel.length += payload.length;
      parcel.resolves.push(resolve);
      parcel.rejects.push(reject);
    });
  }

  /** Appends payloads to a queue in one step, behind what was appended before. At most a few thousand. */
  async appendAll(queue: string, payloads: readonly string[], length: number): Promise<void> {
    const before = this.#parcels.get(queue);
    if (before !== undefined) this.#dispatch(before);
    await this.#store(queue, payloads, length);
  }

  /** Sends at once what waits for the end of this turn. */
  flush(): void {
    for (const parcel of this.#parcels.values()) this.#dispatch(parcel);
  }

  #parcelFor(queue: string, length: number): Parcel {
    const known = this.#last?.queue === queue ? this.#last : this.#parcels.get(queue);
    if (known !== undefined) {
      if (known.payloads.length < mostAtOnce && this.#fits(known.length + length)) return known;
      this.#dispatch(known);
    }
    // Behind all that is ready to run now: who was answered by the same reply asks for the next job in the same turn.
    if (this.#parcels.size === 0) process.nextTick(this.#flushed);
    const parcel: Parcel = { queue, payloads: [], length: 0, resolves: [], rejects: [] };
    this.#parcels.set(queue, parcel);
    this.#last = parcel;
    return parcel;
  }

  #fits(length: number): boolean {
    if (length <= longestGathered) return true;
    return length <= longestInTransaction && Transactions.of(this.#connection)?.areAllowed === true;
  }

  readonly #flushed = (): void => this.flush();

  #dispatch(parcel: Parcel): void {
    this.#parcels.delete(parcel.queue);
    if (this.#last === parcel) this.#last = undefined;
    this.#store(parcel.queue, parcel.payloads, parcel.length).then(
      () => {
        for (const resolve of parcel.resolves) resolve(true);
      },
      (error: unknown) => {
        for (const reject of parcel.rejects) reject(error);
      },
    );
  }

  /** Without `async`, which would cost one more promise a job. Never throws. */
  #store(queue: string, payloads: readonly string[], length: number): Promise<unknown> {
    const connection = this.#connection;
    try {
      if (isMock(connection.client)) return appendPlainly(connection, queue, payloads);
      const isLarge =
        length <= longestOfAll && (payloads.length >= fewestInTransaction || length >= shortestInTransaction);
      return this.#producer.send((call) =>
        isLarge
          ? this.#sendMuch(queue, payloads, call)
          : this.#runScript(payloads, this.#operands(queue, call)),
      );
    } catch (error) {
      return rejected(error);
    }
  }

  async #sendMuch(queue: string, payloads: readonly string[], call: NumberedCall): Promise<unknown> {
    const operands = this.#operands(queue, call);
    const transactions = Transactions.of(this.#connection);
    if (transactions?.areAllowed) {
      const list = this.#connection.keys.queue(queue);
      const reply = await pushInTransaction(transactions.client, list, payloads, operands);
      if (reply === 'stored') return reply;
      // What Redis has against it, the script tells.
      if (reply === 'refused') transactions.refuse();
    }
    const reply = await this.#runScript(payloads, operands);
    transactions?.try(this.#connection);
    return reply;
  }

  #runScript(payloads: readonly string[], operands: ScriptArgument[]): Promise<unknown> {
    for (const payload of payloads) operands.push(payload);
    return evaluateScript(this.#connection.client, enqueue, enqueue.keys.length, operands);
  }

  // In the order of the script's operands: on this path they are not looked up by their names.
  #operands(queue: string, { producer, call, fresh, keepMs }: NumberedCall): ScriptArgument[] {
    const { keys } = this.#connection;
    const { list, wake } = this.#keysOf(keys, queue);
    return [keys.queues, list, wake, keys.wake, producer, queue, call, fresh, keepMs];
  }

  #keysOf(of: Keys, queue: string): QueueKeys {
    const known = this.#keys;
    if (known?.of === of && known.queue === queue) return known;
    return (this.#keys = { of, queue, list: of.queue(queue), wake: of.wakeQueue(queue) });
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
