import {
  isMock,
  type Connection,
  type Listener,
  type Payloads,
  type RedisClient,
} from '@reskue/core/protocol';
import { closed, type NextCall, type NumberedCall, type Producer } from '../producer.js';
import { EnqueueScript } from './enqueue-script.js';
import { pushInTransaction } from './push-in-transaction.js';
import { appendPlainly } from './store-plainly.js';
import { Transactions } from './transactions.js';

/**
 * From so many payloads, or characters, on, a transaction is no slower than a script, and Redis has less to do. Measured,
 * each awaited: 50 payloads of 100 bytes 266 us to 248 by script, 100 payloads 270 to 353; 16 kB 263 to 247, 64 kB 321 to 361.
 */
const fewestInTransaction = 100;
const shortestInTransaction = 16_000;
/** What may be too long for ioredis to write must not leave half a transaction. */
const longestOfAll = 100_000_000;

/** Payloads of one queue that go in one step. */
export interface Step {
  readonly queue: string;
  readonly payloads: Payloads;
  /** Characters of all of them. */
  readonly length: number;
}

/** Puts steps into Redis, in the order of the calls. All payloads of a step are stored, once, or none is. */
export class Sender {
  readonly #connection: Connection;
  readonly #producer: Producer;
  readonly #script: EnqueueScript;
  #underWay = 0;
  #looked: { client: RedisClient | undefined; isMock: boolean } = { client: undefined, isMock: false };

  constructor(connection: Connection, producer: Producer) {
    this.#connection = connection;
    this.#producer = producer;
    this.#script = new EnqueueScript(connection);
  }

  /** Whether all that was sent is answered. */
  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  /** Calls back, for each promise in between would cost a job as much as its payload; fails as `Producer#send`. */
  send(step: Step, listener: Listener): void {
    const connection = this.#connection;
    try {
      const { client, keys } = connection;
      if (this.#isMock(client)) return tell(appendPlainly(connection, step.queue, step.payloads), listener);
      if (client.status === 'end') return tell(closed(), listener);
      this.#sendNumbered(step, this.#producer.next(keys), listener);
    } catch (error) {
      listener.failed(error);
    }
  }

  #sendNumbered(step: Step, { nonce, numbered }: NextCall, listener: Listener): void {
    const done = (): void => {
      this.#underWay -= 1;
      nonce.answered = true;
      listener.done();
    };
    const tryAgain = (error: unknown): void => {
      const attempt = (): Promise<unknown> => this.#attempt(step, numbered);
      this.#producer.sendAgain(error, attempt, numbered).then(done, (last: unknown) => {
        this.#underWay -= 1;
        listener.failed(last);
      });
    };
    const first = { done, failed: tryAgain };
    if (isLarge(step)) tell(this.#sendMuch(step, numbered), first);
    else this.#script.tell(step.queue, step.payloads, numbered, first);
    this.#underWay += 1;
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

function tell(sent: Promise<unknown>, listener: Listener): void {
  sent.then(
    () => listener.done(),
    (error: unknown) => listener.failed(error),
  );
}
