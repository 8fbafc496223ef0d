import type { Connection } from '@reskue/core/protocol';
import type { EndOptions, Worker } from '@reskue/worker';
import type { MultiWorkerEmitter } from './multi-worker-emitter.js';
import { EventRelay } from './relay-events.js';

/** The workers of a MultiWorker: newcomers, those at work, and those who leave when their job is done. */
export class Staff {
  readonly workers: Worker[] = [];
  /** Among the workers, those that are not started yet: at first, and while Redis is away. */
  readonly #newcomers = new Set<Worker>();
  readonly #leaving = new Map<Worker, Promise<void>>();
  readonly #relay: EventRelay;

  constructor(
    readonly connection: Connection,
    /** Makes a worker that nobody has connected yet. */
    readonly make: (id: number) => Worker,
    readonly emitter: MultiWorkerEmitter,
  ) {
    this.#relay = new EventRelay(emitter, () => [...this.workers, ...this.#leaving.keys()]);
  }

  /** Have a job in hand; one that only looks for its first (`working`, too) says nothing of how much there is to do. */
  get busy(): number {
    return this.workers.filter(({ job }) => job !== null).length;
  }

  get leaving(): number {
    return this.#leaving.size;
  }

  /** One more, under the lowest number that is free. */
  hire(): void {
    const taken = new Set([...this.workers, ...this.#leaving.keys()].map(({ id }) => id));
    let id = 1;
    while (taken.has(id)) id += 1;
    const worker = this.make(id);
    this.#relay.add(worker);
    this.workers.push(worker);
    this.#newcomers.add(worker);
  }

  /** One less: the last one, as soon as its job is done. */
  letGo(): void {
    const worker = this.workers.pop();
    if (!worker) return;
    this.#newcomers.delete(worker);
    const left = this.#end(worker, {}).finally(() => this.#leaving.delete(worker));
    this.#leaving.set(worker, left);
  }

  /** Starts those that are not started yet. Gives false when that failed, which was told; they are newcomers still. */
  async startNewcomers(ended: AbortSignal): Promise<boolean> {
    const [first] = this.#newcomers;
    if (!first) return true;
    try {
      await this.#connect(ended);
    } catch (error) {
      if (!ended.aborted) this.emitter.report(error, first.id);
      return false;
    }
    const started = await Promise.all([...this.#newcomers].map((worker) => this.#start(worker, ended)));
    return started.every(Boolean);
  }

  /**
   * Resolves when all are gone. Newcomers are taken off when the look that starts them is over; `onlyNewcomers` is called
   * when everybody else is gone.
   */
  async end(options: EndOptions, checking: Promise<void>, onlyNewcomers: () => void): Promise<void> {
    const atWork = this.workers.filter((worker) => !this.#newcomers.has(worker));
    const endings = [...atWork, ...this.#leaving.keys()].map((worker) => this.#end(worker, options));
    const ended = Promise.all(endings).then(onlyNewcomers);
    await checking;
    const others = this.workers.filter((worker) => !atWork.includes(worker));
    await Promise.all([ended, ...others.map((worker) => this.#end(worker, options))]);
    this.workers.length = 0;
    this.#newcomers.clear();
  }

  /** Connects what all of them share; does not outlast `end()`. */
  async #connect(ended: AbortSignal): Promise<void> {
    ended.throwIfAborted();
    let stop = (): void => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(new Error('end() was called'));
      ended.addEventListener('abort', stop);
    });
    await Promise.race([this.connection.connect(), stopped]).finally(() =>
      ended.removeEventListener('abort', stop),
    );
  }

  async #start(worker: Worker, ended: AbortSignal): Promise<boolean> {
    // Asked anew each time: the compiler takes a property for unchanged after an await.
    const isOver = (): boolean => ended.aborted;
    try {
      await worker.connect();
      if (isOver()) return false;
      await worker.start();
      this.#newcomers.delete(worker);
      // It is ended with the others in a moment, and must claim nothing till then.
      if (isOver()) worker.pause();
      return true;
    } catch (error) {
      if (isOver()) return false;
      this.emitter.report(error, worker.id);
      // What is half started can be started again after its end only.
      if (worker.started) await this.#end(worker, {});
      return false;
    }
  }

  async #end(worker: Worker, options: EndOptions): Promise<void> {
    await worker.end(options).catch((error: unknown) => this.emitter.report(error, worker.id));
  }
}
