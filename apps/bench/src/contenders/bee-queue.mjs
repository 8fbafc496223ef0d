// @ts-check
import BeeQueue from 'bee-queue';

// Done jobs leave no trace, and nobody listens for events: its fastest settings.
const settings = { removeOnSuccess: true, storeJobs: false, getEvents: false, sendEvents: false };

/** @type {import('../contender.mjs').Contender} */
export const contender = {
  name: 'bee-queue',
  package: 'bee-queue',
  delays: true,

  async produce(redis) {
    /** @type {Map<string, BeeQueue>} */
    const queues = new Map();
    const open = (/** @type {string} */ name) => {
      const known = queues.get(name) ?? new BeeQueue(name, { redis, isWorker: false, ...settings });
      queues.set(name, known);
      return known;
    };
    return {
      enqueue: (name, data) => open(name).createJob(data).save(),
      enqueueMany: (name, list) => open(name).saveAll(list.map((data) => open(name).createJob(data))),
      delay: (name, data, atMs) => open(name).createJob(data).delayUntil(atMs).save(),
      end: () => Promise.all([...queues.values()].map((queue) => queue.close())),
    };
  },

  async work(redis, { queues: [name = ''], slots, delayed = false }, perform) {
    const queue = new BeeQueue(name, { redis, ...settings, activateDelayedJobs: delayed });
    queue.on('error', console.error);
    await queue.ready();
    queue.process(slots, async ({ data }) => perform(data));
    return { end: () => queue.close() };
  },
};
