/** A command that may wait too long for its reply. */
interface Waiting {
  reject(error: Error): void;
}

/** Rejects commands as ioredis does, when their time is up; one timer serves all, and mostly finds nothing to do. */
class Overdue {
  /** The oldest first, with the ms of the process's clock when its time is up. */
  readonly #waiting = new Map<Waiting, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly ms: number) {}

  /** One that is sent again goes on waiting from its first time. */
  add(command: Waiting): void {
    if (!this.#waiting.has(command)) this.#waiting.set(command, performance.now() + this.ms);
    if (this.#timer === undefined) this.#look(this.ms);
  }

  delete(command: Waiting): void {
    this.#waiting.delete(command);
  }

  #look(afterMs: number): void {
    this.#timer = setTimeout(() => this.#reject(), afterMs).unref();
  }

  #reject(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [command, deadline] of this.#waiting) {
      if (deadline > now) {
        this.#look(Math.ceil(deadline - now));
        return;
      }
      this.#waiting.delete(command);
      command.reject(new Error('Command timed out'));
    }
  }
}

/** By how long they may wait. */
const all = new Map<number, Overdue>();

export function rejectAfter(command: Waiting, ms: number): void {
  let overdue = all.get(ms);
  if (overdue === undefined) all.set(ms, (overdue = new Overdue(ms)));
  overdue.add(command);
}

/** It was answered. */
export function forget(command: Waiting): void {
  for (const overdue of all.values()) overdue.delete(command);
}
