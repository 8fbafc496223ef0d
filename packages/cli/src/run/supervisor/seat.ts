import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from './back-off.js';
import { Child, type Exit, type Program } from './child.js';

/** What a supervisor hears of a seat. */
export interface SeatEvents {
  started(child: Child): void;
  state(child: Child): void;
  /** It ended without having been told to; another one is started after the pause. */
  died(child: Child, exit: Exit, pauseMs: number): void;
  /** An operator told it to stop: the seat stays empty. */
  stopped(child: Child): void;
  /** It ended because it was told to. */
  left(child: Child, exit: Exit): void;
  /** It did not end in time. */
  killed(child: Child): void;
  /** True: the fault is one that no restart mends, and there shall be none. */
  isHopeless(child: Child, exit: Exit): boolean;
}

/** Milliseconds. */
export interface SeatTimes {
  /** A successor that does not work after so long is given up. */
  ready: number;
  /** A process that is to drain has so long. */
  drain: number;
  /** One that is to stop now has so long. */
  now: number;
}

/**
 * The place of one process in a fleet. It is held by one at a time: when that dies, another one is started after a pause;
 * when it is to be replaced, its successor is started first and must work before it is told to drain. When an operator stops
 * its holder, it is closed.
 */
export class Seat {
  child: Child | undefined;
  /** Nobody takes it any more. */
  isClosed = false;
  /** Everybody who is alive: the holder, its successor, and those who still finish their jobs. */
  readonly living = new Set<Child>();
  readonly #dismissed = new WeakSet<Child>();
  readonly #backOff = new BackOff();
  readonly #stop = new AbortController();
  #pause = new AbortController();
  #replacing: Promise<boolean> | undefined;
  #isQuiet = false;

  constructor(
    readonly number: number,
    readonly program: () => Program,
    readonly events: SeatEvents,
    readonly times: SeatTimes,
  ) {}

  /** Keeps one process alive; resolves after `end()`, when all are gone, or when there is no hope. */
  async keep(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const child = (this.child ??= this.#launch());
      const exit = await Promise.race([child.exited, child.replaced]);
      if (!exit) continue;
      if (this.child === child) this.child = undefined;
      if (this.#isOver() || this.isClosed) break;
      if (this.events.isHopeless(child, exit)) return;
      const pauseMs = this.#backOff.next(child.livedMs);
      this.events.died(child, exit, pauseMs);
      // A successor that is on its way takes the seat at once.
      if (this.#replacing && (await this.#replacing)) continue;
      await this.#rest(pauseMs);
    }
    await Promise.all([...this.living].map(({ exited }) => exited));
  }

  /** Starts a waiting seat at once. */
  retryNow(): void {
    this.#pause.abort();
  }

  /** Puts a new process into the seat; false when it does not work, and the old one stays. `settled` waits for the old one. */
  async replace(): Promise<boolean> {
    if (this.isClosed) return false;
    this.#replacing ??= this.#succeed().finally(() => (this.#replacing = undefined));
    return this.#replacing;
  }

  quiet(isQuiet: boolean): void {
    this.#isQuiet = isQuiet;
    for (const child of this.living) child.tell({ kind: isQuiet ? 'quiet' : 'resume' });
  }

  /** Ends all that is here, once: jobs are waited for, or (`now`) go back to their queues. */
  end(how: 'drain' | 'now'): void {
    this.#stop.abort();
    this.#pause.abort();
    for (const child of this.living) void this.#dismiss(child, how);
  }

  /** Asked anew each time: the compiler takes a property for unchanged after an await. */
  #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  async #succeed(): Promise<boolean> {
    const successor = this.#launch();
    const isReady = await successor.readyWithin(this.times.ready, this.#stop.signal);
    if (this.#stop.signal.aborted) return false;
    if (!isReady || this.isClosed) {
      await this.#dismiss(successor, isReady ? 'drain' : 'now');
      return false;
    }
    const old = this.child;
    this.child = successor;
    old?.takeOff();
    this.#pause.abort();
    if (old) void this.#dismiss(old, 'drain');
    return true;
  }

  /** Resolves when everybody but the holder is gone. */
  async settled(): Promise<void> {
    const others = [...this.living].filter((child) => child !== this.child);
    await Promise.all(others.map(({ exited }) => exited));
  }

  async #dismiss(child: Child, how: 'drain' | 'now'): Promise<void> {
    const isFirst = !this.#dismissed.has(child);
    this.#dismissed.add(child);
    child.tell({ kind: how });
    const timer = setTimeout(() => {
      this.events.killed(child);
      child.kill();
    }, this.times[how]);
    const exit = await child.exited;
    clearTimeout(timer);
    if (isFirst) this.events.left(child, exit);
  }

  #launch(): Child {
    const child = new Child(
      this.number,
      this.program(),
      (heard) => this.events.state(heard),
      (stopped) => this.#close(stopped),
    );
    this.living.add(child);
    void child.exited.then(() => this.living.delete(child));
    if (this.#isQuiet) child.tell({ kind: 'quiet' });
    this.events.started(child);
    return child;
  }

  /** Its holder was told to stop, and is waited for as if we had. */
  #close(child: Child): void {
    if (this.child !== child || this.#dismissed.has(child)) return;
    this.isClosed = true;
    this.events.stopped(child);
    void this.#dismiss(child, 'drain');
  }

  async #rest(pauseMs: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#pause = new AbortController();
    await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
  }
}
