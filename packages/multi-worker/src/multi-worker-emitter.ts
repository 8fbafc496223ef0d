import { EventEmitter } from 'node:events';
import type { MultiWorkerEvents } from './multi-worker-events.js';

/** Emits what a MultiWorker has to say: once where all of its workers say the same, and never so that it breaks anything. */
export class MultiWorkerEmitter extends EventEmitter<MultiWorkerEvents> {
  /** Errors and warnings of what the workers share, which were told. */
  readonly #told = new WeakSet<Error>();
  /** What was told in this moment of all workers. */
  readonly #toldNow = new Set<string>();
  /** @internal Told of an event before somebody listens to it. */
  listened: (event: string | symbol) => void = () => undefined;

  constructor() {
    super();
    this.#follow();
  }

  override removeAllListeners(event?: string | symbol): this {
    super.removeAllListeners(event);
    if (event === undefined) this.#follow();
    return this;
  }

  /** @internal What a listener throws surfaces as an uncaught exception, as of any emitter, but breaks nothing here. */
  tell<Name extends keyof MultiWorkerEvents>(event: Name, ...given: MultiWorkerEvents[Name]): void {
    if (this.#isRepetition(event, given)) return;
    // An error that nobody listens to must not end the process.
    if (this.listenerCount(event) === 0) return;
    try {
      // The tuple of this event; the emitter's own type cannot see that it fits.
      this.emit(event, ...(given as never));
    } catch (error) {
      setImmediate(() => {
        throw error;
      });
    }
  }

  /** @internal An error of no job: as in node-resque, it comes without a queue and a job. */
  report(thrown: unknown, workerId: number): void {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    this.tell('error', error, workerId, undefined as never, undefined as never);
  }

  #follow(): void {
    // Node's own event, which is not among ours.
    (this as EventEmitter).on('newListener', (event: string | symbol) => this.listened(event));
  }

  /** What befalls all workers at once, each of them says; an error of a job is told as often as it comes. */
  #isRepetition(event: keyof MultiWorkerEvents, given: readonly unknown[]): boolean {
    if (event === 'slow') return this.#isToldNow(event);
    if (event === 'recovered' || event === 'control') return this.#isToldNow(`${event} ${String(given[1])}`);
    const [first, second, , job] = given;
    const shared = event === 'error' && job === undefined ? first : event === 'warning' ? second : undefined;
    if (!(shared instanceof Error)) return false;
    if (this.#told.has(shared)) return true;
    this.#told.add(shared);
    return false;
  }

  /** All workers tell of it in one go. */
  #isToldNow(what: string): boolean {
    if (this.#toldNow.has(what)) return true;
    this.#toldNow.add(what);
    queueMicrotask(() => this.#toldNow.delete(what));
    return false;
  }
}
