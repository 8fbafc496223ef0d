import type { Connection } from '@reskue/core/protocol';

/** The queues that a lane works, in the order in which they are asked. */
export class QueueList {
  #names: readonly string[];
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;

  /** @param wildcard all queues that there are, alphabetically. */
  constructor(
    names: readonly string[],
    readonly wildcard: boolean,
  ) {
    this.#names = names;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The queues up to the one with this index, which a job came from. */
  upTo(index: number): readonly string[] {
    return index + 1 >= this.#names.length ? this.#names : this.#names.slice(0, index + 1);
  }

  /** Two lists with one key are worked together. */
  get key(): string {
    return this.wildcard ? '*' : JSON.stringify(this.#names);
  }

  /** True when a queue may have appeared since: a busy wildcard looks again once a second. */
  get isStale(): boolean {
    return this.isOlderThan(1_000);
  }

  /** True when it is to name all queues, and Redis knows another number of them. */
  isIncomplete(queueCount: number): boolean {
    return this.wildcard && this.#names.length !== queueCount;
  }

  /** True when it was read more than so many ms ago, and a queue may have appeared since. */
  isOlderThan(ms: number): boolean {
    return this.wildcard && performance.now() - this.#refreshedAt >= ms;
  }

  /** Learns of new queues. Resolves to true when the list is another one now. */
  async refresh(connection: Connection): Promise<boolean> {
    if (!this.wildcard) return false;
    const before = this.#names;
    this.#refreshing ??= this.#read(connection).finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
    return before !== this.#names;
  }

  async #read(connection: Connection): Promise<void> {
    const found = (await connection.client.smembers(connection.keys.queues)).sort();
    this.#refreshedAt = performance.now();
    const same =
      found.length === this.#names.length && found.every((name, index) => name === this.#names[index]);
    if (!same) this.#names = found;
  }
}
