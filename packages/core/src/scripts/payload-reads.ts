import type { RedisClient } from '../connection/redis-client.js';
import { isLean } from './lean-command.js';
import { ToldCommand, type Listener } from './told-command.js';

/** Payloads that are each the only one of a list, read as bytes: with one promise for all, and none for each. */
export class PayloadReads {
  readonly #client: RedisClient;
  readonly #found: (Buffer | null)[] = [];
  #underWay = 0;
  #failure: { error: unknown } | undefined;
  #waiting: { resolve: () => void; reject: (error: unknown) => void } | undefined;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** Asks for one. */
  ask(key: string, place: number): void {
    const client = this.#client;
    const listener = new Reading(this, place);
    this.#underWay += 1;
    if (isLean(client)) {
      const text = `*3\r\n$6\r\nlindex\r\n$${Buffer.byteLength(key)}\r\n${key}\r\n$1\r\n0\r\n`;
      new ToldCommand('lindex', text, noOther, listener, asBytes).sendOver(client);
    } else {
      client.lindexBuffer(key, 0).then(
        (bytes) => listener.done(bytes),
        (error: unknown) => listener.failed(error),
      );
    }
  }

  /** Resolves when all that were asked for are here; rejects with what one of them was refused with. */
  all(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#tell();
    });
  }

  /** Once. Null where there was none, or nobody asked. */
  take(place: number): Buffer | null {
    const bytes = this.#found[place] ?? null;
    // V8 may keep this list for long.
    this.#found[place] = null;
    return bytes;
  }

  /** @internal */
  came(place: number, bytes: Buffer | null): void {
    this.#found[place] = bytes;
    this.#underWay -= 1;
    this.#tell();
  }

  /** @internal */
  failed(error: unknown): void {
    this.#failure ??= { error };
    this.#underWay -= 1;
    this.#tell();
  }

  #tell(): void {
    if (!this.#waiting || this.#underWay > 0) return;
    if (this.#failure) this.#waiting.reject(this.#failure.error);
    else this.#waiting.resolve();
  }
}

class Reading implements Listener {
  constructor(
    readonly reads: PayloadReads,
    readonly place: number,
  ) {}

  done(reply?: unknown): void {
    this.reads.came(this.place, reply as Buffer | null);
  }

  failed(error: unknown): void {
    this.reads.failed(error);
  }
}

const noOther = (): undefined => undefined;
const asBytes = (reply: unknown): unknown => reply;
