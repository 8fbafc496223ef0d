/** How often the main thread says that its event loop turns. */
const tickMs = 250;
/** From this delay on a blocked loop is reported. */
export const slowMs = 1_000;

enum Cell {
  /** When the loop turned last: ms of the process's monotonic clock. */
  Tick = 0,
  /** The number of the claim whose code is running synchronously; 0 when none is known. */
  Claim = 1,
}

/** Milliseconds of a clock that all threads of the process share and that no change of the date moves. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** The main thread's side: tells other threads, by shared memory, that its loop turns and which job it is running. */
export class LoopWatch {
  readonly shared: SharedArrayBuffer;
  readonly #cells: BigInt64Array;
  #timer: NodeJS.Timeout | undefined;

  // In the constructor: the CommonJS build does not keep the order of public and private fields.
  constructor() {
    this.shared = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
    this.#cells = new BigInt64Array(this.shared);
  }

  /** @param slow is told after the fact for how many ms the loop did not turn. */
  start(slow: (blockedMs: number) => void): void {
    this.#tick();
    this.#timer ??= setInterval(() => {
      const blockedMs = monotonicMs() - Number(Atomics.load(this.#cells, Cell.Tick)) - tickMs;
      this.#tick();
      if (blockedMs >= slowMs) slow(blockedMs);
    }, tickMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Runs the synchronous part of a job, known by its claim number. */
  during<Result>(claim: number, code: () => Result): Result {
    Atomics.store(this.#cells, Cell.Claim, BigInt(claim));
    try {
      return code();
    } finally {
      Atomics.store(this.#cells, Cell.Claim, 0n);
    }
  }

  #tick(): void {
    Atomics.store(this.#cells, Cell.Tick, BigInt(monotonicMs()));
  }
}

/** What another thread sees of the main thread's loop. */
export function readLoop(shared: SharedArrayBuffer): { blockedMs: number; claim: number } {
  const cells = new BigInt64Array(shared);
  const tick = Number(Atomics.load(cells, Cell.Tick));
  return {
    blockedMs: Math.max(0, monotonicMs() - tick - tickMs),
    claim: Number(Atomics.load(cells, Cell.Claim)),
  };
}
