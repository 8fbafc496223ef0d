// @ts-check
import { Queue, Worker } from 'bullmq';

/** @type {import('../contender.mjs').Contender} */
export const contender = {
  name: 'bullmq',
  package: 'bullmq',
  delays: true,

  async produce(connection) {
    /** @type {Map<string, Queue>} */
    const queues = new Map();
    const open = (/** @type {string} */ name) => {
      const known = queues.get(name) ?? new Queue(name, { connection: { ...connection } });
      queues.set(name, known);
      return known;
    };
    // Done jobs leave no trace, as everywhere else.
    const options = { removeOnComplete: true };
    return {
      enqueue: (name, data) => open(name).add('job', data, options),
      enqueueMany: (name, list) =>
        open(name).addBulk(list.map((data) => ({ name: 'job', data, opts: options }))),
      delay: (name, data, atMs) => open(name).add('job', data, { ...options, delay: atMs - Date.now() }),
      end: () => Promise.all([...queues.values()].map((queue) => queue.close())),
    };
  },

  async work(connection, { queues: [queue = ''], slots }, perform) {
    const options = { connection: { ...connection }, concurrency: slots };
    const worker = new Worker(queue, async ({ data }) => perform(data), options);
    worker.on('error', console.error);
    await worker.waitUntilReady();
    return { end: () => worker.close() };
  },
};
