// @ts-check
import { payloads, queueName } from '../contender.mjs';
import { readStats } from '../measure/redis-stats.mjs';
import { fill } from './fill.mjs';

/** Bytes that Redis takes for each further waiting job, with nobody connected but us. */
async function measure(/** @type {import('./row.mjs').Round} */ { contender, target, redis, effort }) {
  await redis.flushall();
  const stored = async (
    /** @type {(producer: import('../contender.mjs').Producer) => Promise<unknown>} */ store,
  ) => {
    const producer = await contender.produce(target);
    await store(producer);
    await producer.end();
    let stats = await readStats(redis);
    // The server notices a closed connection when it turns to it.
    while (stats.connections > 1) stats = await readStats(redis);
    return stats.memory;
  };
  const jobs = Math.min(10_000, effort.mostJobs);
  // What the server takes once for commands of this size, and keeps, is no job's.
  await stored((producer) => fill(producer, [queueName], jobs));
  await redis.flushall();
  const before = await stored(async (producer) => {
    for (const data of payloads(20, 100, 5e6)) await producer.enqueue(queueName, data);
  });
  const after = await stored((producer) => fill(producer, [queueName], jobs));
  await redis.flushall();
  return { bytes: (after - before) / jobs };
}

/** @type {import('./row.mjs').Row[]} */
export const memoryRows = [
  {
    id: 'bytes',
    group: 'enqueue',
    title: 'Redis memory a waiting job',
    metrics: [{ name: 'bytes', unit: 'bytes/job', better: 'less' }],
    goals: [
      { metric: 'bytes', versus: { times: 0.25, contender: 'bullmq', is: 'at most' } },
      { metric: 'bytes', versus: { times: 1.05, contender: 'node-resque', is: 'at most' } },
    ],
    once: true,
    measure,
  },
];
