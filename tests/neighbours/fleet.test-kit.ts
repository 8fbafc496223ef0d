import * as nodeResque from 'node-resque';
import * as reskue from 'reskue';
import { redisServer, until, type TestServer } from '@reskue/testkit';
import { afterEach } from 'vitest';

type Library = typeof reskue;

// By our declarations, which tests/drop-in holds against node-resque.
const libraries = { theirs: nodeResque as unknown as Library, ours: reskue };

/** Which of the two: node-resque, or Reskue. */
export type Whose = keyof typeof libraries;

/** Each way round. */
export const bothWays = [
  { one: 'ours', other: 'theirs' },
  { one: 'theirs', other: 'ours' },
] as const;

/** Roles of both libraries on one Redis, in one namespace, ended after each test. */
export interface Fleet {
  readonly server: TestServer;
  library(whose: Whose): Library;
  queue(whose: Whose, jobs?: reskue.Jobs): Promise<reskue.Queue>;
  /** Connected, and not started; of the queue `math`, by the name given. */
  worker(
    whose: Whose,
    name: string,
    jobs: reskue.Jobs,
    options?: reskue.WorkerOptions,
  ): Promise<reskue.Worker>;
  scheduler(whose: Whose, options?: reskue.SchedulerOptions, jobs?: reskue.Jobs): Promise<reskue.Scheduler>;
  keep<Role extends { end(): unknown }>(role: Role): Role;
}

/** Milliseconds. */
export const timeout = 100;

export function fleet(): Fleet {
  const server = redisServer({ port: 0 });
  let roles: { end(): unknown }[] = [];
  afterEach(async () => {
    await Promise.all(roles.map((role) => role.end()));
    roles = [];
  });
  const connection = () => ({ host: '127.0.0.1', port: server.server.port ?? 0, database: 0 });
  const keep: Fleet['keep'] = (role) => {
    // In front: a job that waits for its end must not keep its worker from ending.
    roles.unshift(role);
    return role;
  };
  return {
    server,
    keep,
    library: (whose) => libraries[whose],
    async queue(whose, jobs = {}) {
      const queue = keep(new libraries[whose].Queue({ connection: connection() }, jobs));
      await queue.connect();
      return queue;
    },
    async worker(whose, name, jobs, options = {}) {
      const given = { connection: connection(), name, queues: ['math'], timeout, ...options };
      const worker = keep(new libraries[whose].Worker(given, jobs));
      await worker.connect();
      return worker;
    },
    async scheduler(whose, options = {}, jobs = {}) {
      const given = { connection: connection(), name: whose, timeout, ...options };
      const scheduler = keep(new libraries[whose].Scheduler(given, jobs));
      await scheduler.connect();
      return scheduler;
    },
  };
}

/** What comes with the next event of a name. */
export const next = (emitter: NodeJS.EventEmitter, event: string): Promise<unknown[]> =>
  new Promise((resolve) => emitter.once(event, (...given: unknown[]) => resolve(given)));

/** A job that goes on until it is told to end; it is, after each test. */
export function slowJob({ keep }: Pick<Fleet, 'keep'>): { slow: reskue.Job; ends: (() => void)[] } {
  const ends: (() => void)[] = [];
  const role = { end: () => ends.forEach((end) => end()) };
  keep(role);
  return { slow: { perform: () => new Promise<void>((resolve) => ends.push(resolve)) }, ends };
}

export { until };
