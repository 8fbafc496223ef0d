// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { queueName } from '../contender.mjs';
import { quantile } from '../measure/statistics.mjs';
import { comeToRest } from './come-to-rest.mjs';

/** From the call of `enqueue` to the start of the handler, on an idle consumer of ten slots in the same process. */
async function measure(/** @type {import('./row.mjs').Round} */ { contender, target, redis, effort }) {
  await redis.flushall();
  const producer = await contender.produce(target);
  /** @type {() => void} */
  let begun = () => {};
  const consumer = await contender.work(target, { queues: [queueName], slots: 10 }, () => begun());
  /** @type {number[]} */
  const latencies = [];
  const sample = async (/** @type {string} */ name) => {
    const began = performance.now();
    const started = new Promise((/** @type {(ms: number) => void} */ resolve) => {
      begun = () => resolve(performance.now() - began);
    });
    await producer.enqueue(queueName, name);
    return started;
  };
  // The first one is there before the consumer is idle.
  await sample('first');
  await comeToRest();
  // Who only looks now and then has a few samples, however long it is watched.
  const deadline = performance.now() + effort.patience * (contender.pollMs ? 500 : 1_000);
  const gapMs = contender.pollMs ?? 15;
  while (latencies.length < effort.samples && (latencies.length === 0 || performance.now() < deadline)) {
    // A random moment, for those that only look now and then.
    await pause(5 + Math.random() * gapMs);
    latencies.push(await sample(`sample ${latencies.length}`));
  }
  await consumer.end();
  await producer.end();
  return { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** @type {import('./row.mjs').Row[]} */
export const pickupRows = [
  {
    id: 'pickup',
    group: 'pickup',
    title: 'idle pickup, enqueue to handler',
    metrics: [
      { name: 'p50', unit: 'ms p50', better: 'less' },
      { name: 'p99', unit: 'ms p99', better: 'less' },
    ],
    goals: ['p50', 'p99'].map((metric) => ({
      metric,
      versus: { times: 1, contender: 'bee-queue', is: 'at most' },
    })),
    once: true,
    measure,
  },
];
