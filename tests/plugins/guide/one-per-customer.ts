import { randomUUID } from 'node:crypto';
import { Plugin, type Settling } from '@reskue/core';

/** Drops a job while another one of its customer is at work. */
export class OnePerCustomer extends Plugin {
  readonly #token = randomUUID();
  readonly #key = this.queueObject.connection.key('customer', this.args[0]);

  override async beforePerform() {
    const { redis } = this.queueObject.connection;
    return (await redis.set(this.#key, this.#token, 'EX', 600, 'NX')) === 'OK';
  }

  override onSettle({ phase }: Settling) {
    // Whoever has the key by now: it is deleted only while it holds this token.
    if (phase === 'perform') this.settleWith('delif', [this.#key], [this.#token]);
  }
}
