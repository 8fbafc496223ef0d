import { Queue } from '@reskue/queue';
import { redisServer, until, type TestServer } from '@reskue/testkit';
import type { Jobs } from '@reskue/core';
import { afterEach, beforeEach } from 'vitest';
import { Worker } from './worker.js';
import type { WorkerEvents } from './worker-events.js';
import type { WorkerOptions } from './worker-options.js';

/** What tests of the Worker share: a server, a Queue on it, and workers that are ended after each test. */
export interface WorkerBench {
  readonly server: TestServer;
  readonly queue: Queue;
  /** A connected worker of the queue `math` as `host:1`, unless told otherwise. */
  worker(jobs?: Jobs, options?: WorkerOptions): Promise<Worker>;
  /** A worker that was started. */
  started(jobs?: Jobs, options?: WorkerOptions): Promise<Worker>;
  /** Pushes raw texts, as a neighbour does: without a wake token. */
  push(queue: string, ...payloads: string[]): Promise<void>;
}

export function workerBench(): WorkerBench {
  const server = redisServer();
  let queue: Queue;
  let workers: Worker[] = [];
  beforeEach(async () => {
    queue = new Queue({ connection: server.connection });
    await queue.connect();
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.end({ timeout: 100 })));
    workers = [];
    await queue.end();
  });
  const bench: WorkerBench = {
    server,
    get queue() {
      return queue;
    },
    async worker(jobs = {}, options = {}) {
      const worker = new Worker(
        { connection: server.connection, name: 'host:1', queues: 'math', ...options },
        jobs,
      );
      if (process.env['DEBUG_ERR']) worker.on('error', (e) => console.log(e));
      workers.push(worker);
      await worker.connect();
      return worker;
    },
    async started(jobs, options) {
      const worker = await bench.worker(jobs, options);
      await worker.start();
      return worker;
    },
    async push(name, ...payloads) {
      await server.redis
        .multi()
        .sadd('resque:queues', name)
        .rpush(`resque:queue:${name}`, ...payloads)
        .exec();
    },
  };
  return bench;
}

/** What comes with the next event of a name. */
export const next = <Name extends keyof WorkerEvents>(
  worker: Worker,
  event: Name,
): Promise<WorkerEvents[Name]> =>
  new Promise((resolve) => {
    // The emitter gives a listener the tuple that belongs to its event.
    (worker as unknown as NodeJS.EventEmitter).once(event, (...given: unknown[]) =>
      resolve(given as WorkerEvents[Name]),
    );
  });

/** Every event of these names, in the order in which they came. */
export function record(worker: Worker, ...names: (keyof WorkerEvents)[]): [string, ...unknown[]][] {
  const told: [string, ...unknown[]][] = [];
  for (const name of names) {
    (worker as unknown as NodeJS.EventEmitter).on(name, (...given: unknown[]) => told.push([name, ...given]));
  }
  return told;
}

export { until };
