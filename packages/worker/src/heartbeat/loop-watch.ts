import { untilCommonMoment } from '@reskue/core/protocol';

/** How often the main thread says that its event loop turns while jobs are in hand. */
const busyMs = 250;
/** From this delay on a blocked loop is reported. */
export const slowMs = 1_000;

enum Cell {
  /** By when the loop is to have turned again: ms of the process's monotonic clock. */
  Due = 0,
  /** The number of the claim whose code is running synchronously; 0 when none is known. */
  Claim = 1,
  /** 1 while no job is in hand. */
  Dozes = 2,
}

/**
 * How often the main thread says so with no job in hand, and how late a tick is that a standstill of the whole process may have
 * held up. Together they are shorter than what is left of a lease that is about to be renewed: who lost one in a standstill
 * sees that there was one.
 */
export const dozingMsOf = (leaseMs: number): { tick: number; standstill: number } => ({
  tick: Math.min(5_000, leaseMs / 2),
  standstill: Math.min(500, leaseMs / 20),
});

/** Milliseconds of a clock that all threads of the process share and that no change of the date moves. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/**
 * The main thread's side: tells other threads, by shared memory, that its loop turns and which job it is running. With
 * nothing in hand it hardly ticks, so that an idle process sleeps; the first job lets it tick again before its code runs.
 */
export class LoopWatch {
  readonly shared: SharedArrayBuffer;
  readonly #cells: BigInt64Array;
  #isBusy: () => boolean = () => true;
  #slow: (blockedMs: number) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;
  #dozes = false;
  #dozingMs = dozingMsOf(Infinity);
  #stoodStillAt = -Infinity;
  /** As `Due`, in ms of this thread's clock. */
  #dueAt = Infinity;

  // In the constructor: the CommonJS build does not keep the order of public and private fields.
  constructor() {
    this.shared = new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT);
    this.#cells = new BigInt64Array(this.shared);
  }

  /**
   * @param slow is told after the fact for how many ms the loop did not turn.
   * @param isBusy whether a job is in hand: asked at each tick.
   * @param leaseMs a process that stood still for more than half of it may have been taken for dead.
   */
  start(slow: (blockedMs: number) => void, isBusy: () => boolean, leaseMs: number): void {
    this.#dozingMs = dozingMsOf(leaseMs);
    this.#slow = slow;
    this.#isBusy = isBusy;
    if (!this.#timer) this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dozes = false;
    this.#dueAt = Infinity;
  }

  /** Runs the synchronous part of a job, known by its claim number. */
  during<Result>(claim: number, code: () => Result): Result {
    if (this.#dozes) this.#wake();
    Atomics.store(this.#cells, Cell.Claim, BigInt(claim));
    try {
      return code();
    } finally {
      Atomics.store(this.#cells, Cell.Claim, 0n);
    }
  }

  /** The loop has not turned for so long, until a moment ago, that this process may have lost its lease without having heard. */
  get hasStoodStill(): boolean {
    const now = performance.now();
    return now - this.#dueAt >= this.#dozingMs.standstill || now - this.#stoodStillAt < slowMs;
  }

  #wake(): void {
    clearTimeout(this.#timer);
    this.#dozes = false;
    this.#arm();
  }

  #arm(): void {
    const pauseMs = this.#dozes ? untilCommonMoment(this.#dozingMs.tick) : busyMs;
    Atomics.store(this.#cells, Cell.Dozes, this.#dozes ? 1n : 0n);
    Atomics.store(this.#cells, Cell.Due, BigInt(monotonicMs() + pauseMs));
    this.#dueAt = performance.now() + pauseMs;
    this.#timer = setTimeout(() => this.#tick(), pauseMs).unref();
  }

  #tick(): void {
    const { blockedMs } = readLoop(this.shared);
    if (blockedMs >= this.#dozingMs.standstill) this.#stoodStillAt = performance.now();
    this.#dozes = !this.#isBusy();
    this.#arm();
    if (blockedMs >= slowMs) this.#slow(blockedMs);
  }
}

/** What another thread sees of the main thread's loop; it dozes while no job is in hand. */
export function readLoop(shared: SharedArrayBuffer): { blockedMs: number; claim: number; dozes: boolean } {
  const cells = new BigInt64Array(shared);
  const dozes = Atomics.load(cells, Cell.Dozes) === 1n;
  return { blockedMs: blockedMs(cells), claim: Number(Atomics.load(cells, Cell.Claim)), dozes };
}

const blockedMs = (cells: BigInt64Array): number =>
  Math.max(0, monotonicMs() - Number(Atomics.load(cells, Cell.Due)));
