import { Command, type Redis } from 'ioredis';
import { forget, rejectAfter, type Waiting } from './overdue.js';

/** Whoever is told of a reply in the moment in which it comes, and would pay for a promise in between. */
export interface Listener {
  done(reply?: unknown): void;
  failed(error: unknown): void;
}

/** A command of ioredis, which makes its promise in a method that its types hide. */
interface OpenCommand {
  promise: Promise<unknown>;
  resolve(reply: unknown): void;
  reject(error: Error): void;
  initPromise(): void;
  toWritable(socket: object): string | Buffer;
  setTimeout(ms: number): void;
}
const OpenCommand = Command as unknown as new (name: string, args: string[]) => OpenCommand;

/** Nobody waits for it. Who traces ioredis's commands sees such a one end at once. */
const nobodys = Promise.resolve();

/**
 * As `LeanCommand`, without a promise: a process that has slept takes as long to make one, and to go on behind it, as for a
 * tenth of all that lies between a call that comes alone and its job.
 */
export class ToldCommand extends OpenCommand implements Waiting {
  place: Waiting['place'];
  readonly #text: string;
  readonly #instead: (error: unknown) => Promise<unknown> | undefined;
  readonly #listener: Listener;
  readonly #read: (reply: unknown) => unknown;
  #limitMs: number | undefined;
  #isOver = false;

  /**
   * @param instead what comes in the place of an error; where it gives nothing, the error.
   * @param read makes what the listener is told of a reply, which ioredis gives as bytes; by default texts
   */
  constructor(
    name: string,
    text: string,
    instead: (error: unknown) => Promise<unknown> | undefined,
    listener: Listener,
    read = textOf,
  ) {
    super(name, []);
    this.#text = text;
    this.#instead = instead;
    this.#listener = listener;
    this.#read = read;
  }

  /** Called by ioredis's constructor. */
  override initPromise(): void {
    this.promise = nobodys;
  }

  override resolve(reply: unknown): void {
    if (this.#ends()) this.#listener.done(this.#read(reply));
  }

  override reject(error: unknown): void {
    if (!this.#ends()) return;
    const listener = this.#listener;
    const other = this.#instead(error);
    if (other === undefined) listener.failed(error);
    else
      other.then(
        (reply) => listener.done(reply),
        (last: unknown) => listener.failed(last),
      );
  }

  override toWritable(): string {
    return this.#text;
  }

  /** Called by the client with its `commandTimeout`, before it writes. */
  override setTimeout(ms: number): void {
    this.#limitMs = ms;
  }

  sendOver(client: Redis): void {
    client.sendCommand(this as unknown as Command);
    // Behind the writing: Redis is at work meanwhile.
    if (this.#limitMs !== undefined && !this.#isOver) rejectAfter(this, this.#limitMs);
  }

  /** An answer to a call that was given up is nobody's any more. */
  #ends(): boolean {
    forget(this);
    const isFirst = !this.#isOver;
    this.#isOver = true;
    return isFirst;
  }
}

const textOf = (reply: unknown): unknown => {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? reply.map(textOf) : reply;
};
