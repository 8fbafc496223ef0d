import type { CycleQueue } from '@reskue/core/protocol';
import type { QueueList } from './queue-list.js';

/** Queues whose wake token this process took; the script renews it unless the queue turns out empty. */
export class OwedTokens {
  readonly #owed = new Set<string>();

  constructor(readonly queues: QueueList) {}

  add(queue: string): void {
    this.#owed.add(queue);
  }

  /** The queues as a call names them. */
  forCall(): CycleQueue[] {
    return this.queues.names.map((name) => ({ name, owed: this.#owed.has(name) }));
  }

  /** A call with these was answered. */
  paid(queues: readonly CycleQueue[]): void {
    for (const { name } of queues) this.#owed.delete(name);
  }

  /** Passes on what can no longer be followed. */
  async passOn(send: (queues: CycleQueue[]) => Promise<unknown>): Promise<void> {
    if (this.#owed.size > 0) await send(this.forCall()).catch(() => undefined);
    this.#owed.clear();
  }
}
