import { Queue } from '@reskue/queue';
import { redisServer, until, type TestServer } from '@reskue/testkit';
import type { Jobs } from '@reskue/core';
import { afterEach, beforeEach } from 'vitest';
import { MultiWorker } from './multi-worker.js';
import type { MultiWorkerEvents } from './multi-worker-events.js';
import type { MultiWorkerOptions } from './multi-worker-options.js';

/** What tests of the MultiWorker share: a server, a Queue on it, and MultiWorkers that are ended after each test. */
export interface MultiWorkerBench {
  readonly server: TestServer;
  readonly queue: Queue;
  /** One for the queue `math`, which looks every 20 ms and takes no loop for blocked, unless told otherwise. */
  multiWorker(jobs?: Jobs, options?: MultiWorkerOptions): MultiWorker;
  /** Puts so many jobs of a class into the queue `math`; their only argument is their number. */
  fill(className: string, count: number): Promise<void>;
}

export function multiWorkerBench(): MultiWorkerBench {
  const server = redisServer();
  let queue: Queue;
  let multiWorkers: MultiWorker[] = [];
  beforeEach(async () => {
    queue = new Queue({ connection: server.connection });
    await queue.connect();
  });
  afterEach(async () => {
    await Promise.all(multiWorkers.map((multiWorker) => multiWorker.end({ timeout: 100 })));
    multiWorkers = [];
    await queue.end();
  });
  return {
    server,
    get queue() {
      return queue;
    },
    multiWorker(jobs = {}, options = {}) {
      const usual = {
        connection: server.connection,
        queues: 'math',
        checkTimeout: 20,
        maxEventLoopDelay: 1e6,
      };
      const multiWorker = new MultiWorker({ ...usual, ...options }, jobs);
      multiWorkers.push(multiWorker);
      return multiWorker;
    },
    async fill(className, count) {
      const jobs = Array.from({ length: count }, (_, number) => ({
        queue: 'math',
        class: className,
        args: [number],
      }));
      await queue.enqueueBulk(jobs);
    },
  };
}

/** What comes with the next event of a name. */
export const next = <Name extends keyof MultiWorkerEvents>(
  multiWorker: MultiWorker,
  event: Name,
): Promise<MultiWorkerEvents[Name]> =>
  new Promise((resolve) => {
    // The emitter gives a listener the tuple that belongs to its event.
    (multiWorker as unknown as NodeJS.EventEmitter).once(event, (...given: unknown[]) =>
      resolve(given as MultiWorkerEvents[Name]),
    );
  });

/** Every event of these names, in the order in which they came. */
export function record(
  multiWorker: MultiWorker,
  ...names: (keyof MultiWorkerEvents)[]
): [string, ...unknown[]][] {
  const told: [string, ...unknown[]][] = [];
  for (const name of names) {
    (multiWorker as unknown as NodeJS.EventEmitter).on(name, (...given: unknown[]) =>
      told.push([name, ...given]),
    );
  }
  return told;
}

/** A job that lasts, and one that keeps the event loop to itself, for so many ms. */
export const lasting = (ms: number): Jobs[string] => ({
  perform: () => new Promise((resolve) => setTimeout(resolve, ms, 'slept')),
});
export const blocking = (ms: number): Jobs[string] => ({ perform: () => block(ms) });

export function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

export { until };
