import type { Connection } from '@reskue/core/protocol';
import { fromBytes, type DumpLine } from './dump-line.js';

/** Puts lines of an export into Redis, in their order, a batch a round trip. */
export class Loader {
  readonly #connection: Connection;
  readonly #isDry: boolean;
  #waiting: DumpLine[] = [];
  #count = 0;

  constructor(connection: Connection, isDry: boolean) {
    this.#connection = connection;
    this.#isDry = isDry;
  }

  /** How many lines have been put in, the first not counted. */
  get count(): number {
    return this.#count;
  }

  /** Gives how many lines wait to be put in. */
  add(line: DumpLine): number {
    if (line.type !== 'reskue-export') this.#waiting.push(line);
    return this.#waiting.length;
  }

  async flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length === 0) return;
    // Commands of one connection keep their order, and so do the lists.
    if (!this.#isDry) await Promise.all(lines.flatMap((line) => this.#store(line)));
    this.#count += lines.length;
  }

  #store(line: Exclude<DumpLine, { type: 'reskue-export' }> | DumpLine): Promise<unknown>[] {
    const { client, keys } = this.#connection;
    switch (line.type) {
      case 'reskue-export':
        return [];
      case 'queue':
        return [client.sadd(keys.queues, line.queue)];
      case 'paused':
        return [client.sadd(keys.paused, line.queue)];
      case 'job':
        return [
          client.rpush(keys.queue(line.queue), fromBytes(line.payload)),
          client.sadd(keys.queues, line.queue),
        ];
      case 'delayed':
        return this.#storeDelayed(line);
      case 'failed':
        return [client.rpush(keys.failed, fromBytes(line.entry))];
      case 'lock':
        return this.#storeLock(line);
      case 'schedule':
        return [
          client.hset(keys.persistentSchedules, line.name, fromBytes(line.config)),
          client.sadd(keys.schedulesChanged, line.name),
        ];
    }
  }

  #storeDelayed({ second, dueMs, payload }: Extract<DumpLine, { type: 'delayed' }>): Promise<unknown>[] {
    const { client, keys } = this.#connection;
    const bytes = fromBytes(payload);
    return [
      client.rpush(keys.bucket(Number(second)), bytes),
      client.sadd(keys.timestamps(bytes.toString('utf8')), `delayed:${second}`),
      client.zadd(keys.schedule, second, second),
      ...(dueMs === null
        ? []
        : [client.zadd(keys.due, dueMs, Buffer.concat([Buffer.from(`${second}:`), bytes]))]),
    ];
  }

  #storeLock({ lock, value, ttlMs }: Extract<DumpLine, { type: 'lock' }>): Promise<unknown>[] {
    const { client, keys } = this.#connection;
    const [key, text] = [keys.prefix + lock, fromBytes(value)];
    if (ttlMs === null) return [client.set(key, text)];
    return [client.set(key, text, 'PX', Math.max(1, Math.ceil(ttlMs)))];
  }
}
