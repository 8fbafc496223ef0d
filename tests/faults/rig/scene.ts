import { startRedis, type RedisOptions, type RedisServer } from '@reskue/redis-server';
import { until } from '@reskue/testkit';
import { Redis } from 'ioredis';
import { Actor } from './actor.js';
import { Ledger } from './ledger.js';
import { Proxy } from './proxy.js';
import { judge, type Blow, type Verdict } from './verdict.js';

/** A job to be stored; `delayMs` from the moment when it is. */
export interface Work {
  id: string;
  kind: 'succeed' | 'fail' | 'retry' | 'locked' | 'block' | 'guarded';
  args?: unknown[];
  delayMs?: number;
}

/** A Redis of its own, a fleet of real processes, and a ledger that outlives them all. */
export class Scene implements AsyncDisposable {
  readonly actors: Actor[] = [];
  /** Processes that were killed or stopped, and when. */
  readonly blows: Blow[] = [];
  /** What else happened, and when. */
  readonly notes: [at: number, what: string][] = [];
  readonly #proxies: Proxy[] = [];
  #names = 0;

  private constructor(
    readonly server: RedisServer,
    readonly redis: Redis,
    readonly ledger: Ledger,
  ) {}

  static async open(options: RedisOptions = {}): Promise<Scene> {
    const server = await startRedis(options);
    const redis = new Redis({ path: server.socket, replyMapping: 'legacy', retryStrategy: () => 20 });
    redis.on('error', () => {});
    return new Scene(server, redis, new Ledger());
  }

  get connection(): { path: string } {
    return { path: this.server.socket };
  }

  /** A process with so many Workers. */
  async worker(slots: number, options: object = {}, clockShiftMs = 0): Promise<Actor> {
    const actor = await this.#spawn(clockShiftMs);
    await actor.tell('worker', {
      name: 'worker',
      slots,
      options: { connection: this.connection, ...options },
    });
    return actor;
  }

  async scheduler(options: object = {}, clockShiftMs = 0): Promise<Actor> {
    const actor = await this.#spawn(clockShiftMs);
    await actor.tell('scheduler', {
      name: 'scheduler',
      options: { connection: this.connection, ...options },
    });
    return actor;
  }

  async producer(options: object = {}): Promise<Actor> {
    const actor = await this.#spawn();
    await actor.tell('queue', { name: 'producer', options: { connection: this.connection, ...options } });
    return actor;
  }

  /** A process whose way to Redis can be frozen; `judge` knows the blow when it is noted in `blows`. */
  async proxied(slots: number, options: object = {}): Promise<{ actor: Actor; proxy: Proxy }> {
    const proxy = await Proxy.start(this.server.socket);
    this.#proxies.push(proxy);
    const connection = { host: '127.0.0.1', port: proxy.port };
    return { actor: await this.worker(slots, { ...options, connection }), proxy };
  }

  async #spawn(clockShiftMs = 0): Promise<Actor> {
    const actor = await Actor.spawn(this.ledger.folder, clockShiftMs);
    this.actors.push(actor);
    return actor;
  }

  /** Names of new jobs. */
  ids(count: number, prefix = 'job'): string[] {
    return Array.from({ length: count }, () => `${prefix}-${(this.#names += 1)}`);
  }

  kill(actor: Actor): void {
    this.blows.push({ pid: actor.pid, at: Date.now(), until: Date.now() });
    actor.signal('SIGKILL');
  }

  /** Notes that a process stands still, or is cut off, from now until whoever asks sets `until`. */
  standsStill({ pid }: Actor): Blow {
    const blow = { pid, at: Date.now(), until: Infinity };
    this.blows.push(blow);
    return blow;
  }

  /** How the jobs stand at this moment. */
  judge(): Promise<Verdict> {
    return judge(this.redis, this.ledger.read(), this.blows);
  }

  /** Waits until every job that was accepted has ended, and judges. After `timeoutMs` it judges nevertheless. */
  async ended(timeoutMs: number): Promise<Verdict> {
    const isOver = async (): Promise<boolean> => (await this.judge()).open.length === 0;
    await until(isOver, { timeoutMs }).catch(() => undefined);
    return this.judge();
  }

  /** Everything that is known of some jobs and of the processes that had them, for whoever has to find out what happened. */
  historyOf(jobs: readonly string[]): string[] {
    const entries = this.ledger.read().filter(({ job }) => jobs.includes(job));
    const pids = new Set(entries.map(({ pid }) => pid));
    const from = (entries[0]?.at ?? 0) - 30_000;
    const to = (entries.at(-1)?.at ?? 0) + 5_000;
    const lines: [number, string][] = [
      ...entries.map(({ at, what, job, detail, pid }): [number, string] => [
        at,
        `${pid} ${what} ${job} ${detail}`,
      ]),
      ...this.blows
        .filter(({ pid }) => pids.has(pid))
        .map(({ at, until, pid }): [number, string] => [at, `${pid} struck for ${until - at} ms`]),
      ...this.actors
        .filter(({ pid }) => pids.has(pid))
        .flatMap(({ pid, heard }) =>
          heard.map(({ at, event, given }): [number, string] => [
            at,
            `${pid} ${event} ${given.join(' ').slice(0, 120)}`,
          ]),
        ),
      ...this.notes,
    ];
    return lines
      .filter(([at]) => at >= from && at <= to)
      .sort(([one], [other]) => one - other)
      .map(([at, text]) => `${((at - from) / 1_000).toFixed(2)} ${text}`);
  }

  /** The ends of processes that nobody wished. */
  crashes(): string[] {
    return this.actors
      .filter(({ hasCrashed }) => hasCrashed)
      .map(({ pid, exitCode, complaints }) => `${pid} ended with ${String(exitCode)}: ${complaints}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.actors.map((actor) => actor.remove()));
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
    this.redis.disconnect();
    await this.server.stop();
    this.ledger.remove();
  }
}
