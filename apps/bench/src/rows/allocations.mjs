// @ts-check
import { queueName } from '../contender.mjs';
import { comeToRest } from './come-to-rest.mjs';
import { fill } from './fill.mjs';
import { Gate } from './gate.mjs';

/** Bytes that the process allocates to work a job: the heap's growth, with a young generation too big to be collected. */
async function measure(/** @type {import('./row.mjs').Round} */ { contender, target, redis, effort }) {
  await redis.flushall();
  const jobs = Math.min(10_000, effort.mostJobs);
  const slots = 100;
  const producer = await contender.produce(target);
  await fill(producer, [queueName], jobs + slots);
  await producer.end();
  const gate = new Gate(slots);
  let left = jobs;
  /** @type {() => void} */
  let finish = () => {};
  const finished = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (finish = resolve));
  const perform = () => {
    if (!gate.isOpen) return gate.enter();
    left -= 1;
    if (left === 0) finish();
  };
  const consumer = await contender.work(target, { queues: [queueName], slots, pollMs: 200 }, perform);
  await gate.isFull;
  await comeToRest();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  gate.open();
  await finished;
  const allocated = process.memoryUsage().heapUsed - before;
  await consumer.end();
  return { bytes: allocated / jobs };
}

/** @type {import('./row.mjs').Row[]} */
export const allocationRows = [
  {
    id: 'allocations',
    group: 'allocations',
    title: 'heap allocated to work a job, 100 at a time',
    metrics: [{ name: 'bytes', unit: 'bytes/job', better: 'less' }],
    goals: [],
    once: true,
    fullOnly: true,
    nodeOptions: ['--expose-gc', '--max-semi-space-size=512', '--min-semi-space-size=512'],
    measure,
  },
];
