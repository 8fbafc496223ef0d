import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.js';
import type { RedisBinary } from './find-redis.js';
import { RedisServerError } from './redis-server-error.js';

/** One run of the server binary, from its start to its exit. */
export class RedisProcess {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #socket: string;

  /** Starts the binary with the configuration file; both the log and the file live in `folder`. */
  constructor(binary: RedisBinary, folder: string, socket: string) {
    this.#log = join(folder, 'redis.log');
    this.#socket = socket;
    const log = openSync(this.#log, 'a', 0o600);
    try {
      this.#child = spawn(binary.path, [join(folder, 'redis.conf')], {
        // An own process group: Ctrl-C in a terminal ends us first, and we end the server.
        detached: true,
        stdio: ['ignore', log, log],
        env: { ...process.env, ...(binary.libraryPath && { LD_LIBRARY_PATH: binary.libraryPath }) },
      });
    } finally {
      closeSync(log);
    }
    this.#child.on('error', () => {});
    // A program that is done may end without stop(); its guard then ends the server.
    this.#child.unref();
    if (this.#child.pid === undefined)
      throw new RedisServerError('RESKUE_REDIS_START_FAILED', `${binary.path} cannot be run`);
    this.pid = this.#child.pid;
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Resolves as soon as the server takes commands; rejects when it exits or stays silent. */
  async ready(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const answer = await ask(this.#socket, 'PING\r\n', timeoutMs).catch(() => '');
      // "-NOAUTH" is an answer too: it asks for the password. "-LOADING" means: not yet.
      if (answer.startsWith('+PONG') || answer.startsWith('-NOAUTH')) return;
      if (this.hasExited) throw this.#failure('ended at once');
      if (Date.now() > deadline) throw this.#failure(`did not answer within ${timeoutMs} ms`);
      await delay(2);
    }
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#exitAfter(() => this.#child.kill('SIGKILL'));
  }

  /** Lets the server write what it must and leave; after five seconds it is killed. */
  async shutDown(password?: string): Promise<void> {
    const auth = password === undefined ? '' : `AUTH ${JSON.stringify(password)}\r\n`;
    const force = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await this.#exitAfter(() => {
      // SHUTDOWN acts at once, SIGTERM only at the server's next tick of 100 ms; it still comes where SHUTDOWN is refused.
      void ask(this.#socket, `${auth}SHUTDOWN\r\n`, 1_000)
        .catch(() => '')
        .then(() => this.#child.kill('SIGTERM'));
    });
    clearTimeout(force);
  }

  async #exitAfter(act: () => void): Promise<void> {
    if (this.hasExited) return;
    this.#child.ref();
    const exit = once(this.#child, 'exit');
    act();
    await exit;
  }

  #failure(what: string): RedisServerError {
    const lastWords = readFileSync(this.#log, 'utf8').trim().split('\n').slice(-8).join('\n');
    return new RedisServerError('RESKUE_REDIS_START_FAILED', `the Redis server ${what}:\n${lastWords}`);
  }
}
