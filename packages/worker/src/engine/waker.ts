import { setTimeout as sleep } from 'node:timers/promises';
import { patiently } from './patiently.js';
import {
  closeClient,
  inOneWrite,
  isMock,
  popToken,
  type Connection,
  type RedisClient,
} from '@reskue/core/protocol';

/** A call that claims, sent behind the wait, so that Redis carries it out as soon as a token came. */
export interface Parking {
  /** It could be sent, and was not. */
  readonly isWanted: boolean;
  /**
   * Resolves when it is answered and what it brought is in hand, never rejects; `undefined` when there is none to send.
   */
  begin(client: RedisClient): Promise<void> | undefined;
}

/** A sleeping lane as the waker sees it. */
export interface Sleeper {
  readonly queueNames: readonly string[];
  readonly wildcard: boolean;
  /** A token of one of its queues was taken; `undefined`: a new queue may have appeared. */
  wake(queue: string | undefined): void;
  /** Its call that claims behind a wait. */
  readonly parked?: Parking;
}

/** An interruption that came when nobody was waiting any more must not stay in Redis for ever. */
const nudgeSeconds = 60;
/** Longest wait in one BLPOP; a connection that is silent for longer than this and a little is taken for dead. */
const blockSeconds = 30;
const silenceMs = (blockSeconds + 10) * 1_000;

/**
 * Listens for wake tokens with one blocking connection, as long as there is a sleeper: one BLPOP over the queues of all of
 * them. When who sleeps changes, a token in a list of its own interrupts the wait, so that no token is ever lost with it.
 *
 * A sleeper that is alone has its next claim wait behind that BLPOP, on the same connection: whatever comes costs it one
 * round trip, not two.
 */
export class Waker {
  readonly #nudge: string;
  #client: RedisClient | undefined;
  #loop: Promise<void> | undefined;
  #waitsFor = '';
  #stopped = false;
  #canPark = true;

  constructor(
    readonly connection: () => Connection,
    leaseId: string,
    readonly sleepers: () => readonly Sleeper[],
  ) {
    this.#nudge = `lease:${leaseId}:wake`;
  }

  /** Call it whenever a lane fell asleep, woke or got other queues. */
  sleepersChanged(): void {
    // The in-memory clients of ioredis-mock cannot block: there the lanes look again by themselves.
    if (this.#stopped || isMock(this.connection().client)) return;
    if (!this.#loop) {
      if (this.sleepers().length > 0) this.#loop = this.#listen().finally(() => (this.#loop = undefined));
    } else if (this.#waitsFor !== '') {
      const waits = this.#keysNow();
      if (waits.size === 0) return;
      if (signature(waits) !== this.#waitsFor || this.#alone()?.isWanted === true) this.#interrupt();
    }
  }

  /** Ends the wait, and with it that of a claim behind it. */
  interrupt(): void {
    if (this.#waitsFor !== '') this.#interrupt();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#loop) {
      this.#interrupt();
      // Where Redis is away nothing interrupts the wait, and ioredis keeps what it could not send.
      await patiently(this.#loop, 500);
    }
    if (this.#client) closeClient(this.#client);
    this.#client = undefined;
  }

  #interrupt(): void {
    this.#waitsFor = '';
    this.#pushNudge().catch(() => this.#client?.disconnect(!this.#stopped));
  }

  async #pushNudge(): Promise<void> {
    const { client, keys } = this.connection();
    const key = keys.prefix + this.#nudge;
    await Promise.all([client.rpush(key, 1), client.expire(key, nudgeSeconds)]);
  }

  /** Which keys to wait for, and the queue that each one wakes. */
  #keysNow(): Map<string, string | undefined> {
    const { keys } = this.connection();
    const waits = new Map<string, string | undefined>();
    for (const { queueNames, wildcard } of this.sleepers()) {
      for (const name of queueNames) waits.set(keys.wakeQueue(name), name);
      if (wildcard) waits.set(keys.wake, undefined);
    }
    return waits;
  }

  async #listen(): Promise<void> {
    while (!this.#stopped) {
      const waits = this.#keysNow();
      if (waits.size === 0) return;
      this.#waitsFor = signature(waits);
      const { key, isServed } = await this.#next([...waits.keys()]);
      this.#waitsFor = '';
      if (key === undefined || !waits.has(key)) continue;
      const queue = waits.get(key);
      // A claim behind the wait knows nothing of a new queue.
      if (!isServed || queue === undefined) this.#wake(queue);
    }
  }

  /**
   * The key of the next token; `undefined` when there was none, or only our own. `isServed`: a claim was made after it was
   * taken.
   */
  async #next(keys: string[]): Promise<{ key: string | undefined; isServed: boolean }> {
    const own = this.connection().keys.prefix + this.#nudge;
    this.#client ??= this.connection().duplicate();
    const client = this.#client;
    const silence = setTimeout(() => client.disconnect(true), silenceMs);
    try {
      const { popping, parked } = inOneWrite(client, () => ({
        popping: popToken(client, [own, ...keys], blockSeconds),
        parked: this.#park(client),
      }));
      const popped = await popping;
      const isServed = parked !== undefined && !parked.isOver;
      // Where the two went to different servers, nothing waits behind the other.
      if (parked?.isOver === true) this.#canPark = false;
      await parked?.answered;
      return { key: popped ? withoutPrefix(client, popped[0]) : undefined, isServed };
    } catch {
      // The command connection reports that Redis is away; the lanes look again by themselves.
      if (!this.#stopped) await sleep(250);
      return { key: undefined, isServed: false };
    } finally {
      clearTimeout(silence);
    }
  }

  /** Whose claim can wait: that of a sleeper that shares the wait with nobody. */
  #alone(): Parking | undefined {
    const [alone, ...others] = this.sleepers();
    return this.#canPark && others.length === 0 ? alone?.parked : undefined;
  }

  /** `isOver`: it was answered, although nothing had come. */
  #park(client: RedisClient): { answered: Promise<void>; isOver: boolean } | undefined {
    const answered = this.#alone()?.begin(client);
    if (!answered) return undefined;
    const parked = { answered, isOver: false };
    void answered.then(() => (parked.isOver = true));
    return parked;
  }

  /** One sleeper gets the token. */
  #wake(queue: string | undefined): void {
    const fits = ({ queueNames, wildcard }: Sleeper): boolean =>
      queue === undefined ? wildcard : queueNames.includes(queue);
    this.sleepers().find(fits)?.wake(queue);
  }
}

const signature = (waits: Map<string, unknown>): string => [...waits.keys()].join('\n');

/** ioredis puts a client's keyPrefix before the keys that are sent, and leaves those that come back as they are. */
function withoutPrefix(client: RedisClient, key: string): string {
  const prefix: unknown = Reflect.get(client.options, 'keyPrefix');
  return typeof prefix === 'string' && key.startsWith(prefix) ? key.slice(prefix.length) : key;
}
