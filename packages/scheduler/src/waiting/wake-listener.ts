import { setTimeout as pause } from 'node:timers/promises';
import type { Connection, RedisClient } from '@reskue/core';
import { closeClient, isMock } from '@reskue/core/protocol';

/** A blocked client that died unnoticed takes a token with it for at most so long. */
const blockSeconds = 30;
const pauseAfterErrorMs = 2_000;

/**
 * Waits for the token that says "a job became the earliest", on a client of its own, since a blocked one can do nothing
 * else. Only a leader listens: a token that a follower takes is lost to the leader. It is a help, not a need: without it,
 * jobs are found by the poll.
 */
export class WakeListener {
  readonly #connection: Connection;
  readonly #onWake: () => void;
  readonly #onError: (error: unknown) => void;
  #client: RedisClient | undefined;
  #stopped = new AbortController();

  constructor(connection: Connection, onWake: () => void, onError: (error: unknown) => void) {
    this.#connection = connection;
    this.#onWake = onWake;
    this.#onError = onError;
  }

  /** Begins to listen; does nothing when it does already, or where a client cannot block. */
  start(): void {
    if (this.#client !== undefined || isMock(this.#connection.client)) return;
    this.#stopped = new AbortController();
    this.#client = this.#connection.duplicate();
    void this.#listen(this.#client, this.#stopped.signal);
  }

  stop(): void {
    this.#stopped.abort();
    if (this.#client !== undefined) closeClient(this.#client);
    this.#client = undefined;
  }

  async #listen(client: RedisClient, signal: AbortSignal): Promise<void> {
    let reported = '';
    for (;;) {
      try {
        const token = await client.blpop(this.#connection.keys.dueWake, blockSeconds);
        if (this.#client !== client) return;
        if (token !== null) this.#onWake();
      } catch (error) {
        if (this.#client !== client) return;
        // Once each: a key of the wrong type or a missing permission stays so.
        if (String(error) !== reported) this.#onError(error);
        reported = String(error);
        await pause(pauseAfterErrorMs, undefined, { signal }).catch(() => {});
      }
    }
  }
}
