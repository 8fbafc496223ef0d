import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startGuard, type Guard } from './guard.js';
import type { RedisBinary } from './find-redis.js';
import { redisConf } from './redis-conf.js';
import type { ResolvedRedisOptions } from './redis-options.js';
import { RedisProcess } from './redis-process.js';
import { RedisServerError } from './redis-server-error.js';

/** The kernel cuts socket paths off near 104 bytes; a deep TMPDIR must not break the server. */
const makeFolder = (): string => mkdtempSync(join(tmpdir().length > 70 ? '/tmp' : tmpdir(), 'reskue-redis-'));

/**
 * A private server: running after `startRedis` and `restart()`, dead after `kill()`, gone for good after `stop()`.
 * Socket, port, folder and data directory stay the same through kills and restarts; the process id changes.
 */
export class RedisServer implements AsyncDisposable {
  /** Path of the Unix socket. */
  readonly socket: string;
  /** The TCP port of 127.0.0.1, if one was asked for. */
  readonly port: number | undefined;
  /** For any client: `redis://127.0.0.1:port` when there is a port, else `unix:///path/of/the.sock`. */
  readonly url: string;

  readonly #binary: RedisBinary;
  readonly #options: ResolvedRedisOptions;
  readonly #folder: string;
  readonly #guard: Guard;
  #process: RedisProcess;
  #stopped: Promise<void> | undefined;

  private constructor(binary: RedisBinary, options: ResolvedRedisOptions) {
    this.#binary = binary;
    this.#options = options;
    this.#folder = makeFolder();
    this.socket = join(this.#folder, 'redis.sock');
    this.port = options.port;
    const auth = this.#password === undefined ? '' : `:${encodeURIComponent(this.#password)}@`;
    this.url =
      this.port === undefined ? `unix://${auth}${this.socket}` : `redis://${auth}127.0.0.1:${this.port}`;
    const dir = resolve(options.dir ?? this.#folder);
    const conf = redisConf(options, { socket: this.socket, dir, port: this.port });
    writeFileSync(join(this.#folder, 'redis.conf'), conf, { mode: 0o600 });
    this.#guard = startGuard(this.#folder);
    this.#process = this.#launch();
  }

  /** @internal `startRedis` is the door. */
  static async start(binary: RedisBinary, options: ResolvedRedisOptions): Promise<RedisServer> {
    const server = new RedisServer(binary, options);
    try {
      await server.#process.ready(options.startTimeoutMs);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** The process id of the present run, or of the last one. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Ends the server and removes its temporary folder, within milliseconds. Twice is once. */
  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  /** SIGKILL, as a crash would; `restart()` brings the server back. */
  async kill(): Promise<void> {
    await this.#process.kill();
    this.#guard.watch();
  }

  /**
   * Shuts the server down in good order, unless it is dead already, and starts it again on the same socket, port and data.
   * What survives is what `appendonly` or `config.save` kept.
   *
   * @throws RedisServerError with `RESKUE_REDIS_STOPPED` after `stop()`
   */
  async restart(): Promise<void> {
    if (this.#stopped !== undefined)
      throw new RedisServerError(
        'RESKUE_REDIS_STOPPED',
        'restart() after stop(): start a new server instead',
      );
    await this.#process.shutDown(this.#password);
    this.#process = this.#launch();
    await this.#process.ready(this.#options.startTimeoutMs);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  get #password(): string | undefined {
    const password = this.#options.config.requirepass;
    return password === undefined ? undefined : String(password);
  }

  #launch(): RedisProcess {
    const launched = new RedisProcess(this.#binary, this.#folder, this.socket);
    this.#guard.watch(launched.pid);
    return launched;
  }

  async #stop(): Promise<void> {
    // Data in the temporary folder is about to go: nothing to write out. Data in the user's folder is theirs.
    await (this.#options.dir === undefined ? this.#process.kill() : this.#process.shutDown(this.#password));
    rmSync(this.#folder, { recursive: true, force: true });
    this.#guard.release();
  }
}
