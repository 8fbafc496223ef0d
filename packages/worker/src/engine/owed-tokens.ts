import type { CycleQueue } from '@reskue/core/protocol';
import type { QueueList } from './queue-list.js';

/** Queues whose wake token this process took; the script renews it unless the queue turns out empty. */
export class OwedTokens {
  readonly #owed = new Set<string>();
  /** The queues while no token is owed: made once for each list of names. */
  #plain: { names: readonly string[]; queues: CycleQueue[] } | undefined;

  constructor(readonly queues: QueueList) {}

  add(queue: string): void {
    this.#owed.add(queue);
  }

  /** The queues as a call names them. */
  forCall(): CycleQueue[] {
    const { names } = this.queues;
    if (this.#owed.size > 0) return names.map((name) => ({ name, owed: this.#owed.has(name) }));
    if (this.#plain?.names !== names)
      this.#plain = { names, queues: names.map((name) => ({ name, owed: false })) };
    return this.#plain.queues;
  }

  /** A call with these was answered. */
  paid(queues: readonly CycleQueue[]): void {
    if (this.#owed.size > 0) for (const { name } of queues) this.#owed.delete(name);
  }

  /** Passes on what can no longer be followed. */
  async passOn(send: (queues: CycleQueue[]) => Promise<unknown>): Promise<void> {
    if (this.#owed.size > 0) await send(this.forCall()).catch(() => undefined);
    this.#owed.clear();
  }
}
