import { randomBytes } from 'node:crypto';
import {
  commandFor,
  keepPushed,
  RpushCommand,
  sendTransaction,
  takesOurCommands,
  type Connection,
  type SingleClient,
} from '@reskue/core/protocol';
import { isRefusal } from '../producer.js';

const known = new WeakMap<SingleClient, Transactions>();

/** How long the trace of a try may stay in Redis, ms. */
const traceMs = 1_000;

/**
 * Whether payloads may go to a server by MULTI (`pushInTransaction`). Where MULTI is refused and RPUSH is not (rights,
 * a proxy), the RPUSH would be carried out by itself; so each connection is tried before the first use.
 *
 * States: untried; trying; allowed; refused. A new connection is untried again.
 */
export class Transactions {
  readonly client: SingleClient;
  #state: 'untried' | 'trying' | 'allowed' | 'refused' = 'untried';

  private constructor(client: SingleClient) {
    this.client = client;
    client.once('close', () => known.delete(client));
  }

  /**
   * Those of a connection; undefined where there can be none. A client that was handed in may have WATCHes of its owner,
   * which an EXEC of ours would end. `reconnectOnError` may have a command of a transaction sent again without the others.
   */
  static of(connection: Connection): Transactions | undefined {
    const { client } = connection;
    if (connection.options.redis !== undefined || !takesOurCommands(client)) return undefined;
    if (client.options.reconnectOnError) return undefined;
    let found = known.get(client);
    if (found === undefined) known.set(client, (found = new Transactions(client)));
    return found;
  }

  get areAllowed(): boolean {
    return this.#state === 'allowed';
  }

  /** Redis refused MULTI after all: never again on this connection. */
  refuse(): void {
    this.#state = 'refused';
  }

  /**
   * Tries one on keys of its own, as of a call that was applied before: it is allowed if what it appends is taken back.
   * Call it once the server knows the script `enqueue`: what still waits to be sent again by EVAL would fall behind.
   */
  try(connection: Connection): void {
    if (this.#state !== 'untried') return;
    this.#state = 'trying';
    void this.#try(connection).then((state) => {
      if (this.#state === 'trying') this.#state = state;
    });
  }

  async #try({ keys }: Connection): Promise<'untried' | 'allowed' | 'refused'> {
    const { client } = this;
    const producer = keys.producer(randomBytes(9).toString('base64url'));
    const list = `${producer}:try`;
    const { source, keys: names } = keepPushed;
    const operands = [keys.queues, list, list, list, producer, '', 1, '0', traceMs, 1];
    try {
      const replies = await sendTransaction(client, [
        // Bit 1 of an "a" is set.
        commandFor(client, 'set', [producer, 'a', 'PX', traceMs]),
        new RpushCommand(list, ['x'], client.options.keyPrefix),
        commandFor(client, 'eval', [source, names.length, ...operands]),
      ]);
      const reply = replies?.[2];
      if (Array.isArray(reply)) {
        const { status, length } = keepPushed.decode(reply);
        if (status === 'known' && length === 0) return 'allowed';
      }
    } catch (error) {
      // The connection broke: the next one is tried anew.
      if (!isRefusal(error)) return 'untried';
    }
    client.pexpire(list, traceMs).catch(() => undefined);
    return 'refused';
  }
}
