import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { commandLabel } from './command-label.js';
import { FrameCutter } from './resp.js';

/**
 * A moment in the life of a process: just before Redis gets its n-th command of a kind; after Redis carried it out, but
 * before the reply arrives; or just after the reply arrived.
 */
export interface Boundary {
  command: string;
  occurrence: number;
  moment: Moment;
}
export type Moment = 'before it' | 'before its reply' | 'after its reply';
export const moments: readonly Moment[] = ['before it', 'before its reply', 'after its reply'];

/** What strikes at a boundary. `drop`: the connection that the command came over; a function: whatever it does. */
export type Strike = 'drop' | (() => void);

/** A command that came by, and the how-manieth of its kind it was. */
export interface Sent {
  command: string;
  occurrence: number;
}

/** Stands between one process and Redis, knows every command that passes, and strikes when it is told to. */
export class Proxy {
  /** Every command that came by, in order. */
  readonly passed: Sent[] = [];
  /** The armed boundary was reached. */
  hasStruck = false;
  readonly #counts = new Map<string, number>();
  readonly #sockets = new Set<Socket>();
  #isFrozen = false;
  #armed: { boundary: Boundary; strike: Strike } | undefined;

  private constructor(
    readonly server: Server,
    readonly target: string,
  ) {
    server.on('connection', (socket) => this.#relay(socket));
  }

  /** `target`: the Unix socket of a Redis server. */
  static async start(target: string): Promise<Proxy> {
    const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Proxy(server, target);
  }

  get port(): number {
    // A listening server of IP has an address with a port.
    return (this.server.address() as AddressInfo).port;
  }

  arm(boundary: Boundary, strike: Strike): void {
    this.#armed = { boundary, strike };
  }

  /** Cuts every connection; new ones are let in. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Nothing passes any more, and nobody is told: a network that swallows. */
  freeze(): void {
    this.#isFrozen = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was swallowed arrives, late. */
  thaw(): void {
    this.#isFrozen = false;
    for (const socket of this.#sockets) socket.resume();
  }

  async close(): Promise<void> {
    this.server.close();
    this.cutAll();
    await once(this.server, 'close');
  }

  #relay(client: Socket): void {
    const redis = connect(this.target);
    const commands = new FrameCutter();
    const replies = new FrameCutter();
    const waiting: Sent[] = [];
    const cut = (): void => {
      client.destroy();
      redis.destroy();
    };
    for (const socket of [client, redis]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (chunk: Buffer) => {
      for (const frame of commands.cut(chunk)) {
        if (client.destroyed) return;
        const sent = this.#count(commandLabel(frame));
        if (this.#strikes(sent, 'before it', cut)) return;
        waiting.push(sent);
        redis.write(frame);
      }
    });
    redis.on('data', (chunk: Buffer) => {
      for (const frame of replies.cut(chunk)) {
        if (client.destroyed) return;
        const isPush = frame[0] === 62;
        const sent = isPush ? undefined : waiting.shift();
        if (sent && this.#strikes(sent, 'before its reply', cut)) return;
        client.write(frame);
        if (sent && this.#isArmedFor(sent, 'after its reply'))
          // Once the process has it: its next turn has begun.
          setTimeout(() => this.#strikes(sent, 'after its reply', cut), 2);
      }
    });
    if (this.#isFrozen) {
      client.pause();
      redis.pause();
    }
  }

  #count(command: string): Sent {
    const occurrence = (this.#counts.get(command) ?? 0) + 1;
    this.#counts.set(command, occurrence);
    const sent = { command, occurrence };
    this.passed.push(sent);
    return sent;
  }

  #isArmedFor({ command, occurrence }: Sent, moment: Moment): boolean {
    const boundary = this.#armed?.boundary;
    return boundary?.command === command && boundary.occurrence === occurrence && boundary.moment === moment;
  }

  #strikes(sent: Sent, moment: Moment, cut: () => void): boolean {
    const strike = this.#isArmedFor(sent, moment) ? this.#armed?.strike : undefined;
    if (strike === undefined) return false;
    this.#armed = undefined;
    this.hasStruck = true;
    if (strike === 'drop') cut();
    else {
      strike();
      this.cutAll();
    }
    return true;
  }
}
