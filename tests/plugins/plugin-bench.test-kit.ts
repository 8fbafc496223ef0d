import type { Jobs } from '@reskue/core';
// Registers the plugins by their names, too.
import '@reskue/plugins';
import { Queue, type QueueOptions } from '@reskue/queue';
import { Scheduler, type SchedulerOptions } from '@reskue/scheduler';
import { redisServer, type TestServer } from '@reskue/testkit';
import { Worker, type WorkerOptions } from '@reskue/worker';
import { afterEach } from 'vitest';

/** What tests of the plugins share: a server, and queues, workers and schedulers on it that are ended after each test. */
export interface PluginBench {
  readonly server: TestServer;
  queue(jobs: Jobs, options?: QueueOptions): Promise<Queue>;
  /** A connected worker of the queue `q`; each has a name of its own. */
  worker(jobs: Jobs, options?: WorkerOptions): Promise<Worker>;
  /** A scheduler that runs. */
  scheduler(jobs?: Jobs, options?: SchedulerOptions): Promise<Scheduler>;
  /** The names of all keys, sorted, without those that connecting and leading leave. */
  keys(): Promise<string[]>;
}

const always = /^resque:(connection_test_key|leases:looked|producer:.*|queues|wake|wake:.*|due:wake)$/;

export function pluginBench(): PluginBench {
  const server = redisServer();
  let parts: { end(): Promise<unknown> }[] = [];
  let names = 0;
  afterEach(async () => {
    await Promise.all(parts.map((part) => part.end()));
    parts = [];
  });
  const keep = async <Part extends { connect(): Promise<unknown>; end(): Promise<unknown> }>(
    part: Part,
  ): Promise<Part> => {
    parts.push(part);
    await part.connect();
    return part;
  };
  return {
    server,
    queue: (jobs, options) => keep(new Queue({ connection: server.connection, ...options }, jobs)),
    worker: (jobs, options) => {
      names += 1;
      const given = { connection: server.connection, name: `host:${names}`, queues: 'q', ...options };
      return keep(new Worker(given, jobs));
    },
    async scheduler(jobs = {}, options = {}) {
      const given = { connection: server.connection, name: 'scheduler:1', timeout: 100, ...options };
      const scheduler = await keep(new Scheduler(given, jobs));
      await scheduler.start();
      return scheduler;
    },
    async keys() {
      const all = await server.redis.keys('*');
      return all.filter((key) => !always.test(key)).sort();
    },
  };
}

/** What comes with the next event of a name. */
export const next = (emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> =>
  new Promise((resolve) => emitter.once(event, (...given: unknown[]) => resolve(given)));
