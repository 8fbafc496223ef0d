/** A command that may wait too long for its reply. Those of one limit are a chain: the oldest first. */
export interface Waiting {
  reject(error: Error): void;
  /** Set while it waits. */
  place: Place | undefined;
}

/** Where a command stands among those that wait, and the ms of the process's clock when its time is up. */
interface Place {
  readonly command: Waiting;
  readonly among: Overdue;
  readonly deadline: number;
  before: Place | undefined;
  after: Place | undefined;
}

/** Rejects commands as ioredis does, when their time is up; one timer serves all, and mostly finds nothing to do. */
class Overdue {
  #first: Place | undefined;
  #last: Place | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly ms: number) {}

  add(command: Waiting): void {
    const before = this.#last;
    const deadline = performance.now() + this.ms;
    const place: Place = { command, among: this, deadline, before, after: undefined };
    if (before === undefined) this.#first = place;
    else before.after = place;
    this.#last = command.place = place;
    if (this.#timer === undefined) this.#look(this.ms);
  }

  delete({ command, before, after }: Place): void {
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    command.place = undefined;
  }

  #look(afterMs: number): void {
    this.#timer = setTimeout(() => this.#reject(), afterMs).unref();
  }

  #reject(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let place = this.#first; place !== undefined; place = this.#first) {
      if (place.deadline > now) {
        this.#look(Math.ceil(place.deadline - now));
        return;
      }
      this.delete(place);
      place.command.reject(new Error('Command timed out'));
    }
  }
}

/** By how long they may wait. */
const all = new Map<number, Overdue>();
let last: Overdue | undefined;

/** One that is sent again goes on waiting from its first time. */
export function rejectAfter(command: Waiting, ms: number): void {
  if (command.place !== undefined) return;
  if (last?.ms !== ms) {
    last = all.get(ms) ?? new Overdue(ms);
    all.set(ms, last);
  }
  last.add(command);
}

/** It was answered. */
export function forget({ place }: Waiting): void {
  place?.among.delete(place);
}
