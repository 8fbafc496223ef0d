import { fork, type ChildProcess } from 'node:child_process';
import type { FromChild, ToChild, WorkState } from './supervisor-messages.js';
import { seatVariable } from './supervisor-messages.js';

/** What a supervisor starts, again and again. */
export interface Program {
  /** The file that Node runs. */
  file: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One process of a supervisor, from its start to its end. */
export class Child {
  readonly startedAt = Date.now();
  /** Resolves when it is gone. */
  readonly exited: Promise<Exit>;
  /** Resolves when another one has taken its seat. */
  readonly replaced: Promise<void>;
  state: WorkState | undefined;
  /** When it said something last, epoch ms. */
  heardAt = Date.now();
  isReady = false;
  /** What it measured, when it told that last. */
  lastMetrics: unknown;
  exit: Exit | undefined;
  readonly #process: ChildProcess;
  readonly #asked = new Map<number, (metrics: unknown) => void>();
  #markReplaced: () => void = () => undefined;
  #changed: () => void = () => undefined;
  #lastId = 0;

  constructor(
    readonly seat: number,
    program: Program,
    /** It said how it is. */
    readonly heard: (child: Child) => void,
    /** An operator told it to stop. */
    readonly stopped: (child: Child) => void,
  ) {
    this.replaced = new Promise((resolve) => (this.#markReplaced = resolve));
    this.#process = fork(program.file, program.argv, {
      env: { ...program.env, [seatVariable]: String(seat) },
      // A process group of its own: Ctrl-C in a terminal reaches us, and we pass it on.
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.exited = new Promise((resolve) => {
      const end = (exit: Exit): void => {
        if (this.exit) return;
        this.exit = exit;
        for (const answer of this.#asked.values()) answer(undefined);
        this.#asked.clear();
        this.#changed();
        resolve(exit);
      };
      this.#process.once('exit', (code, signal) => end({ code, signal }));
      // It could not be started at all.
      this.#process.on('error', () => {
        if (this.#process.pid === undefined) end({ code: 1, signal: null });
      });
    });
    this.#process.on('message', (message) => this.#hear(message as FromChild)); // Our own program speaks no other.
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get livedMs(): number {
    return Date.now() - this.startedAt;
  }

  tell(message: ToChild): void {
    // It may be gone already; then its exit says so.
    if (this.#process.connected) this.#process.send(message, () => undefined);
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  takeOff(): void {
    this.#markReplaced();
  }

  /** True once it works; false when it is gone before, or the time is over. */
  async readyWithin(timeoutMs: number, ended: AbortSignal): Promise<boolean> {
    if (!this.isReady && !this.exit && !ended.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        ended.addEventListener('abort', () => resolve(), { once: true });
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.isReady && !this.exit;
  }

  /** What it measured; `undefined` when it does not answer within a second. */
  metrics(): Promise<unknown> {
    if (this.exit || !this.#process.connected) return Promise.resolve(undefined);
    const id = (this.#lastId += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => answer(undefined), 1_000);
      const answer = (metrics: unknown): void => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(metrics);
      };
      this.#asked.set(id, answer);
      this.tell({ kind: 'metrics', id });
    });
  }

  #hear(message: FromChild): void {
    this.heardAt = Date.now();
    if (message.kind === 'metrics') {
      this.lastMetrics = message.metrics;
      this.#asked.get(message.id)?.(message.metrics);
      return;
    }
    if (message.kind === 'stopped') {
      this.stopped(this);
      return;
    }
    this.state = message.state;
    if (!this.isReady && (message.state.phase === 'working' || message.state.phase === 'quiet')) {
      this.isReady = true;
      this.#changed();
    }
    this.heard(this);
  }
}
