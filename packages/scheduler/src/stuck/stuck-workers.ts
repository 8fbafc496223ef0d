import type { Connection, ErrorPayload } from '@reskue/core';
import { asError, type Emit } from '../scheduler-events.js';
import { readPings } from './read-pings.js';

/** What the check needs of a Queue. */
export interface CleaningQueue {
  readonly connection: Connection;
  forceCleanWorker(name: string): Promise<ErrorPayload | undefined>;
  retryStuckJobs(upperLimit?: number): Promise<void>;
}

export interface StuckTerms {
  /** Ms; 0 = never. */
  stuckWorkerTimeout: number;
  retryStuckJobs: boolean;
}

/**
 * Cleans up after workers that ping no more, as node-resque does, also where their process holds a live lease: the lease
 * speaks for the process, the ping for this worker. What such a worker still does for its job settles nothing.
 */
export class StuckWorkers {
  readonly #queue: CleaningQueue;
  readonly #terms: StuckTerms;
  readonly #emit: Emit;
  /** What `failed` looked like when its stuck jobs were last retried. */
  #retried = '';

  constructor(queue: CleaningQueue, terms: StuckTerms, emit: Emit) {
    this.#queue = queue;
    this.#terms = terms;
    this.#emit = emit;
  }

  /** Ms between two checks that make sense: a tenth of the timeout, and not more often than every look of the scheduler. */
  get checkEveryMs(): number {
    return Math.min(this.#terms.stuckWorkerTimeout / 10, 30_000);
  }

  async check(): Promise<void> {
    const { stuckWorkerTimeout, retryStuckJobs } = this.#terms;
    if (stuckWorkerTimeout === 0) return;
    const { connection } = this.#queue;
    const pings = await readPings(connection);
    const nowMs = pings.length === 0 ? 0 : await redisTime(connection);
    const silent = pings.filter(({ pingedAt }) => nowMs - pingedAt * 1_000 > stuckWorkerTimeout);
    for (const { id, name, pingedAt } of silent) {
      // By its id: several may have one name, and each is told of.
      await this.#clean(id, name, Math.round(nowMs / 1_000) - pingedAt);
    }
    if (retryStuckJobs) await this.#retry();
  }

  /** Removes a worker that gave no sign of life for `delta` seconds, and tells of it. */
  async clean(name: string, delta: number): Promise<void> {
    await this.#clean(name, name, delta);
  }

  async #clean(nameOrId: string, name: string, delta: number): Promise<void> {
    const payload = await this.#queue.forceCleanWorker(nameOrId);
    this.#emit('cleanStuckWorker', name, payload, delta);
  }

  /** Reads the whole failed list, so only when that has changed. */
  async #retry(): Promise<void> {
    const { client, keys } = this.#queue.connection;
    const [length, last] = await Promise.all([client.llen(keys.failed), client.lindex(keys.failed, -1)]);
    const state = `${length} ${last ?? ''}`;
    if (length === 0 || state === this.#retried) return;
    try {
      await this.#queue.retryStuckJobs();
      this.#retried = state;
    } catch (error) {
      this.#emit('error', asError(error));
    }
  }
}

async function redisTime({ client }: Connection): Promise<number> {
  const [seconds, micros] = await client.time();
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}
