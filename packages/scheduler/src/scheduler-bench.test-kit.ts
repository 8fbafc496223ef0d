import { Queue } from '@reskue/queue';
import { createKeys, type Jobs, type Keys } from '@reskue/core/protocol';
import { redisServer, type TestServer } from '@reskue/testkit';
import { afterEach } from 'vitest';
import { Scheduler } from './scheduler.js';
import type { SchedulerOptions } from './scheduler-options.js';

/** What scheduler tests share: a server, its keys, and schedulers and queues that are ended after each test. */
export interface SchedulerBench {
  server: TestServer;
  keys: Keys;
  scheduler(options?: SchedulerOptions, jobs?: Jobs): Promise<Scheduler>;
  queue(jobs?: Jobs): Promise<Queue>;
  /** What a neighbour does to delay a payload: three commands, and nothing of ours. */
  delayAsNeighbour(second: number, ...payloads: string[]): Promise<void>;
  /** Redis's clock, whole epoch seconds. */
  second(): Promise<number>;
}

/** Call it once at the top of a test file. */
export function schedulerBench(): SchedulerBench {
  const server = redisServer();
  const keys = createKeys('resque');
  const open = new Set<{ end(): Promise<void> }>();
  afterEach(async () => {
    await Promise.all([...open].map((one) => one.end()));
    open.clear();
  });
  return {
    server,
    keys,
    async scheduler(options = {}, jobs = {}) {
      const scheduler = new Scheduler({ connection: server.connection, timeout: 200, ...options }, jobs);
      open.add(scheduler);
      await scheduler.connect();
      return scheduler;
    },
    async queue(jobs = {}) {
      const queue = new Queue({ connection: server.connection }, jobs);
      open.add(queue);
      await queue.connect();
      return queue;
    },
    async delayAsNeighbour(second, ...payloads) {
      const commands = server.redis.pipeline();
      for (const payload of payloads) {
        commands.rpush(keys.bucket(second), payload);
        commands.sadd(keys.timestamps(payload), `delayed:${second}`);
      }
      commands.zadd(keys.schedule, second, second);
      await commands.exec();
    },
    second: async () => Number((await server.redis.time())[0]),
  };
}

/** A payload as node-resque writes it. */
export const nodePayload = (name: string, ...args: unknown[]): string =>
  JSON.stringify({ class: name, queue: 'math', args });
