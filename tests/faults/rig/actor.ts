import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../programs/actor.mjs', import.meta.url));

const shiftClock = new URL('../programs/shift-clock.mjs', import.meta.url).href;

/** An event of a Worker or a Scheduler in an actor's process, with what it brought as texts. */
export interface Heard {
  event: string;
  given: string[];
  at: number;
}

interface Message {
  event?: string;
  given?: string[];
  done?: number;
  error?: string;
}

/** A real process that works, schedules or enqueues as it is told; see programs/actor.mjs. */
export class Actor {
  readonly heard: Heard[] = [];
  /** Resolves when it is gone. */
  readonly exited: Promise<void>;
  /** When it got its deadly signal from us, epoch ms. */
  killedAt: number | undefined;
  /** What it wrote to stderr. */
  complaints = '';
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  #number = 0;
  #isDone = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = once(child, 'exit').then(() => {
      for (const { reject } of this.#waiting.values()) reject(this.#gone());
    });
    child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    child.on('message', (message: Message) => this.#hear(message));
  }

  /** Starts a process that notes what it does to a file in `folder`, by a clock that is so many ms off. */
  static async spawn(folder: string, clockShiftMs = 0): Promise<Actor> {
    const child = fork(program, [folder], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: clockShiftMs === 0 ? [] : ['--import', shiftClock],
      env: { ...process.env, CLOCK_SHIFT_MS: String(clockShiftMs) },
    });
    const actor = new Actor(child);
    await Promise.race([once(child, 'message'), actor.exited]);
    return actor;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** It ended otherwise than by us. */
  get hasCrashed(): boolean {
    return !this.isAlive && this.killedAt === undefined && !this.#isDone;
  }

  /** Has it do something; resolves when it is done, rejects when it could not or died. */
  tell(act: string, given: object): Promise<void> {
    const number = (this.#number += 1);
    return new Promise((resolve, reject) => {
      if (!this.isAlive) reject(this.#gone());
      this.#waiting.set(number, { resolve, reject });
      this.#child.send({ number, act, ...given }, () => undefined);
    });
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGKILL') this.killedAt ??= Date.now();
    this.#child.kill(name);
  }

  /** Ends it for good, whatever it does. */
  async remove(): Promise<void> {
    this.#isDone ||= this.isAlive;
    if (this.isAlive) this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** From now on its end is nobody's fault: a signal asks it to go. */
  mayEnd(): void {
    this.#isDone = true;
  }

  get exitCode(): number | null {
    return this.#child.exitCode;
  }

  #gone(): Error {
    const { exitCode, signalCode } = this.#child;
    return new Error(`the process is gone: ${exitCode ?? signalCode ?? ''} ${this.complaints}`);
  }

  #hear({ event, given = [], done, error }: Message): void {
    if (event !== undefined) this.heard.push({ event, given, at: Date.now() });
    if (done === undefined) return;
    const waiting = this.#waiting.get(done);
    this.#waiting.delete(done);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(new Error(error));
  }
}
