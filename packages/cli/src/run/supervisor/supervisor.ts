import type { Logger } from 'pino';
import type { Child, Exit, Program } from './child.js';
import { Seat, type SeatEvents } from './seat.js';

export interface SupervisorOptions {
  /** So many are kept alive. */
  processes: number;
  program: () => Program;
  /** What the processes give to running jobs before they put them back, ms. */
  termTimeoutMs: number;
  /** A process with more resident memory is replaced; `undefined`: never. */
  maxMemoryBytes?: number | undefined;
  /** A program that ends at once with exit code 2 is given up. @default true */
  givesUp?: boolean;
  /** A successor that does not work after so many ms is given up. @default 60000 */
  readyTimeoutMs?: number;
}

/** What a process has beyond the time for its jobs: to abort them, settle and leave Redis. */
const marginMs = 10_000;
/** To put the jobs in hand back. */
const nowMs = 6_000;
/** One that follows such a replacement, and is too big again, is left alone until it is so old. */
const replacementPauseMs = { first: 1_000, longest: 60_000 };

/**
 * Keeps a number of processes alive and passes on what operators want of them. It works no jobs and has no connection to
 * Redis. Processes are replaced one after the other, successor first.
 *
 * States: new; `run()`: running, until `end()`, until the program turned out to be hopeless, or until an operator stopped the
 * last process.
 */
export class Supervisor {
  readonly seats: Seat[];
  readonly startedAt = Date.now();
  restarts = 0;
  isEnding = false;
  isQuiet = false;
  #exitCode: number | undefined;
  #turns: Promise<unknown> = Promise.resolve();
  #wasReady = false;
  /** Seats whose process is about to be replaced, and how often in a row that came early. */
  readonly #replacements = new Map<Seat, { isDue: boolean; early: number }>();

  constructor(
    readonly options: SupervisorOptions,
    readonly log: Logger,
    /** One of the processes is gone, on whatever way. */
    readonly gone: (child: Child) => void = () => undefined,
  ) {
    const { termTimeoutMs, readyTimeoutMs = 60_000 } = options;
    const times = { ready: readyTimeoutMs, drain: termTimeoutMs + marginMs, now: nowMs };
    this.seats = Array.from(
      { length: options.processes },
      (_, index) => new Seat(index + 1, options.program, this.#events, times),
    );
  }

  /** Resolves with the exit code when the last process is gone. */
  async run(): Promise<number> {
    await Promise.all(this.seats.map((seat) => seat.keep()));
    return this.#exitCode ?? 0;
  }

  /** All that are alive. */
  get children(): Child[] {
    return this.seats.flatMap(({ living }) => [...living]);
  }

  /** Replaces every process, one after the other. Gives false when a successor did not work: then the rest stay. */
  async roll(why: string): Promise<boolean> {
    const log = this.log.child({ why });
    log.info({ processes: this.seats.length }, 'rolling restart');
    for (const seat of this.seats) {
      // Asked anew each time: the compiler takes a property for unchanged after an await.
      const isClosed = (): boolean => seat.isClosed;
      if (isClosed()) continue;
      const isReplaced = await this.#inTurn(() => seat.replace());
      if (this.isEnding) return false;
      if (isClosed()) continue;
      if (!isReplaced) {
        log.error({ seat: seat.number }, 'the new process does not work: the old ones stay');
        return false;
      }
      await seat.settled();
    }
    log.info('rolling restart done');
    return true;
  }

  quiet(isQuiet: boolean): void {
    this.isQuiet = isQuiet;
    for (const seat of this.seats) seat.quiet(isQuiet);
  }

  /** Ends all processes; `now`: jobs go back to their queues at once. May be called again, to hurry. */
  end(how: 'drain' | 'now', exitCode: number): void {
    this.isEnding = true;
    if (how === 'now' || this.#exitCode === undefined) this.#exitCode = exitCode;
    for (const seat of this.seats) seat.end(how);
  }

  readonly #events: SeatEvents = {
    started: (child) => {
      this.log.info({ seat: child.seat, child: child.pid }, 'process started');
      void child.exited.then(() => this.gone(child));
    },
    state: (child) => {
      this.#wasReady ||= child.isReady;
      this.#watch(child);
    },
    died: (child, exit, pauseMs) => {
      this.restarts += 1;
      const { seat, pid } = child;
      this.log.error({ seat, child: pid, ...exit, pauseMs }, 'process died, another one will be started');
    },
    stopped: ({ seat, pid }) =>
      this.log.info({ seat, child: pid }, 'process was told to stop by an operator: its seat stays empty'),
    left: (child, exit) => {
      const { seat, pid } = child;
      this.log.info({ seat, child: pid, ...exit }, 'process left');
    },
    killed: (child) => {
      const { seat, pid } = child;
      this.log.error(
        { seat, child: pid },
        'process did not end in time, and is killed: leases bring its jobs back',
      );
      // Nobody may call this an orderly end.
      if (this.isEnding && (this.#exitCode ?? 0) === 0) this.#exitCode = 1;
    },
    isHopeless: (child, exit) => this.#isHopeless(child, exit),
  };

  /** What the very first process cannot be given (no such file, no jobs) no other one can. */
  #isHopeless(child: Child, exit: Exit): boolean {
    const isHopeless = (this.options.givesUp ?? true) && exit.code === 2 && !child.isReady && !this.#wasReady;
    if (isHopeless) this.end('now', 2);
    return isHopeless;
  }

  /** Replaces a process that is too big, or that works for nobody. */
  #watch(child: Child): void {
    const { maxMemoryBytes = Infinity } = this.options;
    const seat = this.seats[child.seat - 1];
    const { rssBytes = 0, sick } = child.state ?? {};
    if (!seat || (rssBytes <= maxMemoryBytes && sick === undefined)) return;
    const record = this.#replacements.get(seat) ?? { isDue: false, early: 0 };
    this.#replacements.set(seat, record);
    const pauseMs = Math.min(replacementPauseMs.first * 2 ** record.early, replacementPauseMs.longest);
    const isTooYoung = child.livedMs < pauseMs;
    if (record.isDue || this.isEnding || seat.child !== child || !child.isReady || isTooYoung) return;
    record.isDue = true;
    record.early = child.livedMs < replacementPauseMs.longest ? record.early + 1 : 0;
    const why = sick ?? `holds ${Math.round(rssBytes / 2 ** 20)} MB`;
    this.log.warn({ seat: seat.number, child: child.pid, why }, 'process is replaced');
    void this.#inTurn(() => seat.replace())
      .then((isReplaced) => {
        if (!isReplaced && !this.isEnding && !seat.isClosed)
          this.log.error({ seat: seat.number }, 'the new process does not work');
        return seat.settled();
      })
      .finally(() => (record.isDue = false));
  }

  /** One replacement at a time: no more than one process beyond the number is claiming. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }
}
