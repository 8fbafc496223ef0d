enum Cell {
  /** Grows with each closing and each opening: even while it is open. */
  Epoch = 0,
  /** How many lanes hold, or have asked for, claims made ahead. */
  Holders = 1,
  /** The last claim made ahead that the main thread began. */
  Begun = 2,
  /** 1 while the heartbeat's thread looks whether the main thread gets on. */
  Watched = 3,
}

const firstMark = 4;
/** More than are ever begun and neither settled nor adopted at a time. */
const marks = 16_384;

/**
 * What a process claimed ahead is begun by its main thread, or given back by its heartbeat's thread when the main thread is
 * blocked; never both. The main thread marks the claim that it begins and then looks whether the gate is open; the other
 * thread closes the gate and then looks at the marks. All of it is sequentially consistent, so one of them sees the other.
 */
export class AheadGate {
  readonly shared: SharedArrayBuffer;
  readonly #cells: Int32Array;
  #holders = 0;
  /** The main thread: another thread is there that gives back what waits behind a job that blocks. */
  isGuarded = false;

  // In the constructor: the CommonJS build does not keep the order of public and private fields.
  constructor(shared?: SharedArrayBuffer) {
    this.shared = shared ?? new SharedArrayBuffer((firstMark + marks) * Int32Array.BYTES_PER_ELEMENT);
    this.#cells = new Int32Array(this.shared);
  }

  /** Claims belong to the epoch in which they were asked for. */
  get epoch(): number {
    return Atomics.load(this.#cells, Cell.Epoch);
  }

  get isOpen(): boolean {
    return this.epoch % 2 === 0;
  }

  /** The main thread: true when the claim may be begun; else it has to be given back. */
  begin(claim: number, epoch: number): boolean {
    Atomics.store(this.#cells, firstMark + (claim % marks), claim);
    Atomics.store(this.#cells, Cell.Begun, claim);
    return epoch % 2 === 0 && Atomics.load(this.#cells, Cell.Epoch) === epoch;
  }

  /** The main thread: a claim that it began is done. False when the other thread may have shown it in a record meanwhile. */
  end(claim: number, epoch: number): boolean {
    Atomics.store(this.#cells, firstMark + (claim % marks), ~claim);
    return Atomics.load(this.#cells, Cell.Epoch) === epoch;
  }

  /** The main thread: a lane begins to hold claims, or has none any more. True when somebody has to begin to watch. */
  hold(isHolding: boolean): boolean {
    this.#holders += isHolding ? 1 : -1;
    Atomics.store(this.#cells, Cell.Holders, this.#holders);
    return isHolding && Atomics.exchange(this.#cells, Cell.Watched, 1) === 0;
  }

  /** The other thread: whether anything is held, and the last claim that was begun. */
  look(): { isHeld: boolean; begun: number } {
    const isHeld = Atomics.load(this.#cells, Cell.Holders) > 0;
    return { isHeld, begun: Atomics.load(this.#cells, Cell.Begun) };
  }

  /** The other thread stops looking; false when something is held again, and it has to go on. */
  rest(): boolean {
    Atomics.store(this.#cells, Cell.Watched, 0);
    if (!this.look().isHeld) return true;
    return Atomics.exchange(this.#cells, Cell.Watched, 1) === 1;
  }

  /** The other thread: from now on nothing is begun that was asked for until now. */
  close(): void {
    if (this.isOpen) Atomics.add(this.#cells, Cell.Epoch, 1);
  }

  open(): void {
    if (!this.isOpen) Atomics.add(this.#cells, Cell.Epoch, 1);
  }

  /** The other thread, behind the closed gate. */
  hasBegun(claim: number): boolean {
    return this.isRunning(claim) || this.#mark(claim) === ~claim;
  }

  /** The same, for one that is not done. */
  isRunning(claim: number): boolean {
    return this.#mark(claim) === (claim | 0);
  }

  #mark(claim: number): number {
    return Atomics.load(this.#cells, firstMark + (claim % marks));
  }
}
