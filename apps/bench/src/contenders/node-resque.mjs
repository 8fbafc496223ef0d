// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { MultiWorker, Queue, Scheduler } from 'node-resque';

/** @type {import('../contender.mjs').Contender} */
export const contender = {
  name: 'node-resque',
  package: 'node-resque',
  delays: true,
  plugins: true,
  pollMs: 5_000,

  async produce(connection) {
    const queue = new Queue({ connection: { ...connection } });
    queue.on('error', console.error);
    await queue.connect();
    return {
      enqueue: (name, data) => queue.enqueue(name, 'job', [data]),
      // It has no bulk: as many at once as are given.
      enqueueMany: (name, list) => Promise.all(list.map((data) => queue.enqueue(name, 'job', [data]))),
      delay: (name, data, atMs) => queue.enqueueAt(atMs, name, 'job', [data]),
      end: () => queue.end(),
    };
  },

  async work(connection, { queues, slots, delayed, plugins = [], pollMs = 5_000 }, perform) {
    const size = { minTaskProcessors: slots, maxTaskProcessors: slots };
    // It has one worker more a look, if the event loop is not late: both are made short, so that all are there soon.
    const looks = { checkTimeout: 2, maxEventLoopDelay: 1_000, timeout: pollMs };
    const jobs = { job: { plugins, perform: async (/** @type {string} */ data) => perform(data) } };
    const worker = new MultiWorker({ connection: { ...connection }, queues, ...size, ...looks }, jobs);
    const scheduler = delayed ? new Scheduler({ connection: { ...connection } }) : undefined;
    worker.on('error', console.error);
    scheduler?.on('error', console.error);
    await scheduler?.connect();
    worker.start();
    await scheduler?.start();
    return {
      async end() {
        // One that is ended while it settles a job waits for a whole `timeout`.
        await pause(50);
        await Promise.all([worker.end(), scheduler?.end()]);
      },
    };
  },
};
