// @ts-check
import { MultiWorker, Queue, Scheduler } from 'reskue';

/** @typedef {import('../contender.mjs').Contender} Contender */

/** Reskue with these options of its MultiWorker beside the defaults. */
export const reskueWith = (/** @type {object} */ options) => ({
  /** @type {Contender['produce']} */
  async produce(connection) {
    const queue = new Queue({ connection });
    await queue.connect();
    return {
      enqueue: (name, data) => queue.enqueue(name, 'job', [data]),
      enqueueMany: (name, list) =>
        queue.enqueueBulk(list.map((data) => ({ queue: name, class: 'job', args: [data] }))),
      delay: (name, data, atMs) => queue.enqueueAt(atMs, name, 'job', [data]),
      end: () => queue.end(),
    };
  },

  /** @type {Contender['work']} */
  async work(connection, { queues, slots, delayed, plugins = [] }, perform) {
    const size = { minTaskProcessors: slots, maxTaskProcessors: slots };
    const worker = new MultiWorker(
      { connection, queues, ...size, ...options },
      { job: { plugins, perform } },
    );
    const scheduler = delayed ? new Scheduler({ connection }) : undefined;
    for (const emitter of [worker, scheduler]) emitter?.on('error', console.error);
    await scheduler?.connect();
    await Promise.all([worker.start(), scheduler?.start()]);
    return { end: () => Promise.all([worker.end(), scheduler?.end()]) };
  },
});

/** @type {Contender} */
export const contender = {
  name: 'reskue',
  package: 'reskue',
  delays: true,
  plugins: true,
  ...reskueWith({}),
};
