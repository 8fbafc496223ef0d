import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ReskueError, type Connection, type Keys } from '@reskue/core/protocol';

/** What a script that stores jobs is told of the call, so that a second arrival of it changes nothing. */
export interface NumberedCall {
  /** The key of the ring of applied calls. */
  producer: string;
  call: number;
  fresh: '0' | '1';
  keepMs: number;
}

/** A call that is to be sent, and the nonce that it was numbered under. */
export interface NextCall {
  readonly nonce: Nonce;
  readonly numbered: NumberedCall;
}

/** Calls under one nonce: a ring of 4 kB in Redis at most. */
const MOST_CALLS = 32_768;
const NONCE_MS = 5 * 60_000;
/** Longer than a nonce lives and a call is sent again, together. */
const KEEP_MS = 15 * 60_000;
const PAUSE_MS = 50;

export interface Nonce {
  /** The key of its ring, and the namespace that this is in. */
  key: string;
  keys: Keys;
  bornAt: number;
  calls: number;
  answered: boolean;
}

/**
 * Numbers the calls that store jobs (design: "idempotent on the wire"). A call whose reply got lost is sent again under its
 * number until Redis answers or the deadline has passed: so it is stored once, or not at all, or the error says that it
 * may have been.
 */
export class Producer {
  readonly #connection: Connection;
  readonly #timeoutMs: number;
  #nonce: Nonce | undefined;

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** Numbers a call that is sent once; the client may still send it again by itself. */
  number(): NumberedCall {
    return this.next(this.#connection.keys).numbered;
  }

  /**
   * Runs `store` with a number until it is answered; `'stored'` when an attempt that failed had stored it nevertheless.
   * Rejects with Redis's own error when nothing was stored; RESKUE_NOT_CONNECTED; RESKUE_ENQUEUE_UNCERTAIN.
   * @throws RESKUE_NOT_CONNECTED
   */
  send<Reply>(store: (call: NumberedCall) => Promise<Reply>): Promise<Reply | 'stored'> {
    const { client, keys } = this.#connection;
    if (client.status === 'end') return closed();
    const { nonce, numbered } = this.next(keys);
    const attempt = (): Promise<Reply> => store(numbered);
    // Without `async`, which would cost one more promise a job.
    return attempt().then(
      (reply) => {
        nonce.answered = true;
        return reply;
      },
      (error: unknown) => this.sendAgain(error, attempt, numbered),
    );
  }

  /** As `send`, after a first attempt of somebody who sent this call himself. */
  async sendAgain<Reply>(
    first: unknown,
    attempt: () => Promise<Reply>,
    { producer, call }: NumberedCall,
  ): Promise<Reply | 'stored'> {
    const deadline = Date.now() + this.#timeoutMs;
    let error = first;
    let isUncertain = !isRefusal(error);
    for (;;) {
      if (this.#hasEnded()) throw isUncertain ? uncertainty(error) : error;
      // Even a refusal tells little: the client may have sent the call twice by itself, and Redis refused the second.
      const applied = await this.#wasApplied(producer, call);
      if (applied === 'yes') return 'stored';
      if (!isUncertain && applied !== 'unknown') throw error;
      if (Date.now() >= deadline) throw uncertainty(error);
      await pause(PAUSE_MS);
      try {
        return await attempt();
      } catch (next) {
        error = next;
        isUncertain ||= !isRefusal(next);
      }
    }
  }

  async #wasApplied(producer: string, call: number): Promise<'yes' | 'no' | 'refused' | 'unknown'> {
    try {
      return (await this.#connection.client.getbit(producer, call)) === 1 ? 'yes' : 'no';
    } catch (error) {
      return isRefusal(error) ? 'refused' : 'unknown';
    }
  }

  /** For good; a client that is away for a moment has another status. */
  #hasEnded(): boolean {
    try {
      return this.#connection.client.status === 'end';
    } catch {
      // Ended by us.
      return true;
    }
  }

  /** The number of a new call; whoever hears its answer marks the nonce as answered. */
  next(keys: Keys): NextCall {
    const nonce = this.#current(keys);
    const fresh = nonce.answered ? '0' : '1';
    return { nonce, numbered: { producer: nonce.key, call: nonce.calls++, fresh, keepMs: KEEP_MS } };
  }

  #current(keys: Keys): Nonce {
    const known = this.#nonce;
    const isYoung = known !== undefined && known.calls < MOST_CALLS && Date.now() - known.bornAt < NONCE_MS;
    if (isYoung && known.keys === keys) return known;
    const key = keys.producer(randomBytes(9).toString('base64url'));
    return (this.#nonce = { key, keys, bornAt: Date.now(), calls: 0, answered: false });
  }
}

/** Redis answered, with an error; whatever else is thrown leaves open whether the call arrived. */
export const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';

function uncertainty(cause: unknown): ReskueError {
  const text = cause instanceof Error ? cause.message : String(cause);
  return new ReskueError(
    'RESKUE_ENQUEUE_UNCERTAIN',
    `Redis did not confirm the job (${text}): it may be stored or not. Look with queued() or scheduledAt() before enqueueing it again`,
    { cause },
  );
}

// An async function rejects with what is thrown.
export async function closed(): Promise<never> {
  throw new ReskueError('RESKUE_NOT_CONNECTED', 'Not connected: the Redis client was closed');
}
