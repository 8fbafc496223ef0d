import { once } from 'node:events';
import {
  Plugins,
  type Queue,
  Scheduler,
  Worker,
  type ConnectionOptions,
  type Dialect,
  type Jobs,
} from 'reskue';
import { until, type TestServer } from '@reskue/testkit';
import { host, pid, type Side } from './vector.test-kit.js';

/** What a replay works with; whatever it opens is ended after the dump was taken. */
export interface Stage {
  readonly dialect: Dialect;
  readonly redis: TestServer['redis'];
  readonly queue: Queue;
  /** The neighbour's part of the vector: what its job threw is thrown again. */
  readonly side: Side;
  readonly connection: ConnectionOptions;
  keep<Role extends { end(): unknown }>(role: Role): Role;
}

type Scenario = (stage: Stage) => Promise<unknown>;

const future = 4_102_444_800_000;
const name = `${host}:${pid}`;

const enqueue =
  (className: string, ...args: unknown[]): Scenario =>
  ({ queue }) =>
    queue.enqueue('rig', className, args);

/** What the neighbour's job threw, by its entry in `failed`, or by what its plugin kept. */
function thrownIn({ template }: Side): Error {
  const [key] = Object.keys(template).filter((one) => /:(failed|failure-resque-retry:.*)$/.test(one));
  const value: unknown = key === undefined ? '{}' : template[key]?.value;
  // A failed job's entry, of any neighbour.
  const entry = JSON.parse(Array.isArray(value) ? String(value[0]) : String(value)) as {
    exception?: string;
    error?: string;
  };
  const error = new Error(entry.error?.replace(/^RangeError: /, '') ?? 'boom');
  error.name = entry.exception?.replace(/: .*/s, '') ?? 'Error';
  return error;
}

function jobsOf(stage: Stage): Jobs {
  const { side } = stage;
  const throwing = async () => {
    throw thrownIn(side);
  };
  const ends: (() => void)[] = [];
  stage.keep({ end: () => ends.forEach((end) => end()) });
  const slow = () => new Promise<void>((resolve) => ends.push(resolve));
  return {
    Echo: { perform: async (...args: unknown[]) => args },
    Slow: { perform: slow },
    SlowLocked: { plugins: ['QueueLock', 'JobLock'], perform: slow },
    Boom: { perform: throwing },
    RetryLater: {
      plugins: [Plugins.Retry],
      pluginOptions: { Retry: { retryLimit: 3, retryDelay: 60_000 } },
      perform: throwing,
    },
    RetryLaterPlain: {
      plugins: [Plugins.Retry],
      pluginOptions: { Retry: { retryLimit: 3, retryDelay: 60_000, keepFailures: true } },
      perform: throwing,
    },
    RetryNow: {
      plugins: [Plugins.Retry],
      pluginOptions: { Retry: { retryLimit: 1, retryDelay: 0 } },
      perform: throwing,
    },
  };
}

/** A worker that was started, and has done what there was to do, or has it in hand. */
async function work(stage: Stage, queues: string[] = ['rig'], jobs = jobsOf(stage)): Promise<Worker> {
  const worker = stage.keep(
    new Worker({ connection: stage.connection, name, queues, timeout: 30_000 }, jobs),
  );
  await worker.connect();
  const settled = new Promise<void>((resolve) => {
    worker.on('pause', () => resolve());
    worker.on('job', (_queue, { class: className }) => {
      if (className.startsWith('Slow')) resolve();
    });
  });
  await worker.start();
  await settled;
  return worker;
}

/** How each vector is replayed; those that are missing here cannot be produced, for the reason that the page gives. */
export const scenarios: Record<string, Scenario> = {
  enqueue_no_args: ({ queue }) => queue.enqueue('rig', 'Echo'),
  enqueue_ints: enqueue('Echo', 1, -1, 0, 9007199254740991),
  enqueue_floats: enqueue('Echo', 1.5, 1.0, 0.1 + 0.2, 1e20, 1e15, 1e-7, -0.0),
  enqueue_nested: enqueue('Echo', { b: [1, { a: {} }, []], 2: 'two', 1: 'one', sym: 'val' }),
  enqueue_unicode: enqueue('Echo', 'é日本😀', '\u0000\u0001\b\t\n\f\r\u001f\u007f', '\u2028', 'a/b\\c"d'),
  enqueue_nulls: enqueue('Echo', null, true, false, [null], ''),
  // eslint-disable-next-line no-loss-of-precision -- that it is lost is what this vector is about
  enqueue_bigints: enqueue('Echo', 9007199254740993, 12345678901234567890, 2 ** 70),
  enqueue_html: enqueue('Echo', "<b>&'</b>"),
  enqueue_time_symbol: enqueue('Echo', 'sym', new Date(0), '2026-01-02'),
  worker_idle: (stage) => work(stage),
  worker_idle_star: async (stage) => {
    await stage.redis.sadd('resque:queues', 'b', 'a');
    await work(stage, ['*']);
  },
  worker_busy: async (stage) => {
    // As text: JavaScript could not write the last number.
    const args = '["v",[],{},null,1.5,"a/b",9007199254740993]';
    const queue = stage.dialect === 'node' ? '"queue":"rig",' : '';
    await stage.redis.sadd('resque:queues', 'rig');
    await stage.redis.rpush('resque:queue:rig', `{"class":"Slow",${queue}"args":${args}}`);
    await work(stage);
  },
  worker_after_success: async (stage) => {
    await enqueue('Echo', 1)(stage);
    await work(stage);
  },
  worker_after_failure: async (stage) => {
    await enqueue('Boom', 1, 'é')(stage);
    await work(stage);
  },
  worker_unknown_class: async (stage) => {
    await enqueue(stage.dialect === 'node' ? 'Some::RubyClass' : 'nodeJobName', 1)(stage);
    await work(stage);
  },
  worker_killed_mid_job: async (stage) => {
    await enqueue('Slow', 'v')(stage);
    await work(stage);
    await stage.queue.forceCleanWorker(name);
  },
  worker_stopped: async (stage) => {
    await enqueue('Echo', 1)(stage);
    await (await work(stage)).end();
  },
  failed_requeued: async (stage) => {
    await enqueue('Boom', 1)(stage);
    await (await work(stage)).end();
    const [failure] = await stage.queue.failed(0, 0);
    if (failure) await stage.queue.retryAndRemoveFailed(failure);
  },
  retry_scheduled: async (stage) => {
    await enqueue('RetryLater', 1, 'a b')(stage);
    await work(stage);
  },
  retry_scheduled_plain_backend: async (stage) => {
    await enqueue('RetryLater', 1)(stage);
    const { RetryLaterPlain } = jobsOf(stage);
    if (RetryLaterPlain) await work(stage, ['rig'], { RetryLater: RetryLaterPlain });
  },
  retry_given_up: async (stage) => {
    await enqueue('RetryNow', 1)(stage);
    await work(stage);
    await until(async () => (await stage.redis.llen('resque:failed')) === 1);
  },
  delayed_one: ({ queue }) => queue.enqueueAt(future, 'rig', 'Echo', [1, 'é']),
  delayed_fraction: ({ queue }) => queue.enqueueAt(future + 900, 'rig', 'Echo', [1]),
  delayed_same_second: async ({ queue }) => {
    await queue.enqueueAt(future, 'rig', 'Echo', [1]);
    await queue.enqueueAt(future, 'rig', 'Echo', [2]);
    await queue.enqueueAt(future, 'rig', 'Echo', [1], true);
    await queue.enqueueAt(future + 60_000, 'rig', 'Echo', [1]);
  },
  delayed_removed: async ({ queue }) => {
    await queue.enqueueAt(future, 'rig', 'Echo', [1]);
    await queue.delDelayed('rig', 'Echo', [1]);
  },
  delayed_promoted: async (stage) => {
    // As a neighbour puts it there: with a time that has passed.
    const payload =
      stage.dialect === 'node'
        ? '{"class":"Echo","queue":"rig","args":[1]}'
        : '{"class":"Echo","args":[1],"queue":"rig"}';
    await stage.redis.rpush('resque:delayed:1700000000', payload);
    await stage.redis.sadd(`resque:timestamps:${payload}`, 'delayed:1700000000');
    await stage.redis.zadd('resque:delayed_queue_schedule', 1_700_000_000, 1_700_000_000);
    const scheduler = stage.keep(new Scheduler({ connection: stage.connection, name }));
    await scheduler.connect();
    await scheduler.poll();
    await scheduler.end();
  },
  paused: ({ queue }) => queue.pauseAll(),
  schedule_set: async (stage) => {
    const scheduler = stage.keep(new Scheduler({ connection: stage.connection }));
    await scheduler.connect();
    const job = { class: 'Echo', queue: 'rig' };
    await scheduler.schedule('every_echo', {
      ...job,
      every: '5m',
      firstIn: '10s',
      args: [1, 'é'],
      description: '<d>',
    });
    await scheduler.schedule('cron_echo', { ...job, cron: '0 5 * * * Europe/London', args: [{ a: 1 }] });
    await scheduler.schedule('gone', { ...job, every: '1h' });
    await scheduler.unschedule('gone');
  },
  schedule_running: async (stage) => {
    const scheduler = stage.keep(new Scheduler({ connection: stage.connection, name }));
    await scheduler.connect();
    await scheduler.schedule('tick', { every: '1s', class: 'Echo', queue: 'rig', args: ['t'] });
    await scheduler.start();
    await once(scheduler, 'scheduled');
  },
  scheduler_lock: async (stage) => {
    const scheduler = stage.keep(new Scheduler({ connection: stage.connection, name }));
    await scheduler.connect();
    await scheduler.poll();
  },
  queue_removed: async ({ queue }) => {
    await queue.enqueue('rig', 'Echo', [1]);
    await queue.delQueue('rig');
  },
  dequeued: async ({ queue }) => {
    await queue.enqueue('rig', 'Echo', [1]);
    await queue.enqueue('rig', 'Echo', [2]);
    await queue.del('rig', 'Echo', [1]);
  },
  node_connect: async () => {},
  node_locks: async (stage) => {
    const { SlowLocked: Slow } = jobsOf(stage);
    if (!Slow) return;
    stage.queue.jobs = { Slow };
    await enqueue('Slow', 'v')(stage);
    await work(stage, ['rig'], { Slow });
    await enqueue('Slow', 'v')(stage);
  },
  rails_html: enqueue('Echo', "<b>&'</b>\u2028", new Date(0), 1.0, NaN),
};
