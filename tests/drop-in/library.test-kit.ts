import { Redis } from 'ioredis';
import * as nodeResque from 'node-resque';
import * as reskue from 'reskue';
import { redisServer, until, type TestServer } from '@reskue/testkit';
import { afterEach, beforeEach, describe } from 'vitest';

/** What an application imports. */
export type Library = typeof reskue;
type Details = reskue.ConnectionOptions;

// Reskue's declarations for both: that node-resque can be used by them is a part of what these tests say.
const original = nodeResque as unknown as Library;

/** Each library with details of its own, and ours over one ready client (of ioredis 5), as tests of applications share one. */
const ways = [
  { name: 'node-resque', library: original, handedIn: false },
  { name: 'reskue', library: reskue, handedIn: false },
  { name: 'reskue over a ready client', library: reskue, handedIn: true },
];

/** What an application's tests build themselves: details, a raw client, and roles that are ended after each test. */
export interface Application {
  readonly library: Library;
  readonly isNodeResque: boolean;
  readonly server: TestServer;
  /** A raw client, as tests look into Redis with. */
  readonly redis: Redis;
  /** Connection details, a new object each time. */
  details(more?: Details): Details;
  queue(jobs?: reskue.Jobs): Promise<reskue.Queue>;
  /** Connected, and not started. */
  worker(jobs?: reskue.Jobs, options?: reskue.WorkerOptions): Promise<reskue.Worker>;
  scheduler(options?: reskue.SchedulerOptions, jobs?: reskue.Jobs): Promise<reskue.Scheduler>;
  /** Has it ended after the test. */
  keep<Role extends { end(): unknown }>(role: Role): Role;
  /** The next job in a queue, taken out of it, parsed. */
  pop(queue: string): Promise<{ class: string; queue: string; args: unknown[] } | null>;
}

/** Milliseconds: the `timeout` that these tests give to every role. */
export const timeout = 200;

/** Declares the same tests for every library. */
export function dropIn(tests: (application: Application) => void, { only = ways } = {}): void {
  describe.each(only)('$name', ({ library, handedIn }) => {
    const server = redisServer({ port: 0 });
    let redis: Redis;
    let shared: Redis | undefined;
    let roles: { end(): unknown }[] = [];

    beforeEach(() => {
      redis = new Redis({ host: '127.0.0.1', port: portOf(server) });
      shared = handedIn ? new Redis({ host: '127.0.0.1', port: portOf(server) }) : undefined;
      for (const client of [redis, shared]) client?.on('error', () => {});
    });
    afterEach(async () => {
      await Promise.all(roles.map((role) => role.end()));
      roles = [];
      for (const client of [redis, shared]) client?.disconnect();
    });

    const application: Application = {
      library,
      isNodeResque: library === original,
      server,
      get redis() {
        return redis;
      },
      details: (more = {}) =>
        shared
          ? { redis: shared, namespace: 'resque', ...more }
          : {
              pkg: 'ioredis',
              host: '127.0.0.1',
              port: portOf(server),
              database: 0,
              namespace: 'resque',
              options: { password: '' },
              ...more,
            },
      async queue(jobs = {}) {
        const queue = application.keep(new library.Queue({ connection: application.details() }, jobs));
        await queue.connect();
        return queue;
      },
      async worker(jobs = {}, options = {}) {
        const given = { connection: application.details(), queues: ['math'], timeout, ...options };
        const worker = application.keep(new library.Worker(given, jobs));
        await worker.connect();
        return worker;
      },
      async scheduler(options = {}, jobs = {}) {
        const given = { connection: application.details(), timeout, ...options };
        const scheduler = application.keep(new library.Scheduler(given, jobs));
        await scheduler.connect();
        return scheduler;
      },
      keep(role) {
        roles.push(role);
        return role;
      },
      async pop(queue) {
        const text = await redis.lpop(`resque:queue:${queue}`);
        // What enqueue wrote.
        return text === null ? null : (JSON.parse(text) as { class: string; queue: string; args: unknown[] });
      },
    };
    tests(application);
  });
}

/** For what is not about a ready client, or brings its own. */
export const withoutReadyClient = ways.filter(({ handedIn }) => !handedIn);

function portOf({ server }: TestServer): number {
  if (server.port === undefined) throw new Error('the server was started without a port');
  return server.port;
}

/** What comes with the next event of a name. */
export const next = (emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> =>
  new Promise((resolve) => emitter.once(event, (...given: unknown[]) => resolve(given)));

export { until };
