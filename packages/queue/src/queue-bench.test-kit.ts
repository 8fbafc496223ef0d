import type { Jobs } from '@reskue/core';
import { redisServer, type TestServer } from '@reskue/testkit';
import { afterEach } from 'vitest';
import { Queue } from './queue.js';
import type { QueueOptions } from './queue-options.js';

/** What tests of the Queue share: a server, and queues that are ended after each test. */
export interface QueueBench {
  readonly server: TestServer;
  /** A connected Queue in namespace `resque`. */
  queue(jobs?: Jobs, options?: QueueOptions): Promise<Queue>;
  /** The texts of a list, by its key without the namespace. */
  list(key: string): Promise<string[]>;
  /** Pushes raw texts, as a neighbour does. */
  push(key: string, ...texts: string[]): Promise<void>;
  /** How often Redis ran a command while something was done. */
  calls(command: string, work: () => Promise<unknown>): Promise<number>;
}

/** Call it once at the top of a test file. */
export function queueBench(redis: Parameters<typeof redisServer>[0] = {}): QueueBench {
  const server = redisServer(redis);
  let queues: Queue[] = [];
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.end()));
    queues = [];
  });
  const count = async (command: string): Promise<number> => {
    const stats = await server.redis.info('commandstats');
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };
  return {
    server,
    async queue(jobs = {}, options = {}) {
      const queue = new Queue({ connection: server.connection, ...options }, jobs);
      queues.push(queue);
      await queue.connect();
      return queue;
    },
    list: (key) => server.redis.lrange(`resque:${key}`, 0, -1),
    async push(key, ...texts) {
      await server.redis.rpush(`resque:${key}`, ...texts);
    },
    async calls(command, work) {
      const before = await count(command);
      await work();
      return (await count(command)) - before;
    },
  };
}
