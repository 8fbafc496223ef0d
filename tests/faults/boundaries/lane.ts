import * as protocol from '@reskue/core/protocol';
import { startRedis, type RedisServer } from '@reskue/redis-server';
import { Redis } from 'ioredis';
import { Actor } from '../rig/actor.js';
import { Ledger } from '../rig/ledger.js';

const scripts = Object.values<unknown>(protocol).flatMap((value) =>
  typeof value === 'object' && value !== null && 'source' in value ? [String(value.source)] : [],
);

/** A Redis of its own with a process that stands by, and the next victim, warm already. */
export class Lane {
  #next: Promise<Actor>;
  readonly #gone: Actor[] = [];

  private constructor(
    readonly server: RedisServer,
    readonly redis: Redis,
    readonly ledger: Ledger,
    readonly standby: Actor,
  ) {
    this.#next = Actor.spawn(ledger.folder);
  }

  static async open(): Promise<Lane> {
    const server = await startRedis();
    const ledger = new Ledger();
    const standby = await Actor.spawn(ledger.folder);
    const redis = new Redis({ path: server.socket, replyMapping: 'legacy' });
    redis.on('error', () => {});
    // Known from the start, so that each life sends the same commands.
    await Promise.all(scripts.map((source) => redis.script('LOAD', source)));
    await standby.tell('queue', { name: 'producer', options: { connection: { path: server.socket } } });
    return new Lane(server, redis, ledger, standby);
  }

  async victim(): Promise<Actor> {
    const victim = await this.#next;
    this.#gone.push(victim);
    this.#next = Actor.spawn(this.ledger.folder);
    return victim;
  }

  /** Every process that ended by itself, with its last words. */
  crashes(): string[] {
    return [this.standby, ...this.#gone]
      .filter((actor) => actor.hasCrashed)
      .map(({ pid, exitCode, complaints }) => `${pid} exit ${String(exitCode)}: ${complaints}`);
  }

  async close(): Promise<void> {
    await (await this.#next).remove();
    await this.standby.remove();
    this.redis.disconnect();
    await this.server.stop();
    this.ledger.remove();
  }
}
