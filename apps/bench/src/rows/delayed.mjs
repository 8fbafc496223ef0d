// @ts-check
import { payloads, queueName } from '../contender.mjs';
import { quantile } from '../measure/statistics.mjs';
import { comeToRest } from './come-to-rest.mjs';

/** @typedef {import('./row.mjs').Round} Round */

/** Delays so many jobs until one moment, and takes the time from then on until all have begun. */
async function dueAtOnce(/** @type {Round} */ { contender, target, redis, effort, jobs }) {
  await redis.flushall();
  const producer = await contender.produce(target);
  let left = jobs;
  /** @type {(now: number) => void} */
  let finish = () => {};
  const finished = new Promise((/** @type {(now: number) => void} */ resolve) => (finish = resolve));
  let early = 0;
  const perform = () => {
    const now = Date.now();
    if (now < dueAt) early += 1;
    left -= 1;
    if (left === 0) finish(now);
  };
  const consumer = await contender.work(target, { queues: [queueName], slots: 100, delayed: true }, perform);
  await comeToRest();
  // Whole seconds, as the slowest of the wires knows them; and time enough to enqueue.
  const dueAt = Math.ceil(Date.now() / 1_000 + jobs / 5_000 + effort.patience / 4) * 1_000;
  const data = payloads(jobs);
  const loop = async () => {
    for (let next = data.pop(); next !== undefined; next = data.pop())
      await producer.delay?.(queueName, next, dueAt);
  };
  await Promise.all(Array.from({ length: 50 }, loop));
  const isLate = Date.now() >= dueAt;
  const seconds = ((await finished) - dueAt) / 1_000;
  await consumer.end();
  await producer.end();
  if (isLate) throw new Error(`${jobs} jobs could not be delayed in time`);
  return { seconds, early };
}

/** Delays jobs by arbitrary milliseconds and looks how late, or early, each began. */
async function lateness(/** @type {Round} */ { contender, target, redis, effort }) {
  await redis.flushall();
  const producer = await contender.produce(target);
  const count = Math.min(400, effort.samples);
  /** @type {number[]} */
  const lateMs = [];
  /** @type {() => void} */
  let finish = () => {};
  const finished = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (finish = resolve));
  const perform = (/** @type {string} */ data) => {
    lateMs.push(Date.now() - Number.parseInt(data, 10));
    if (lateMs.length === count) finish();
  };
  const consumer = await contender.work(target, { queues: [queueName], slots: 10, delayed: true }, perform);
  await comeToRest();
  const began = Date.now();
  for (let index = 0; index < count; index += 1) {
    const dueAt = Math.floor(began + 500 + Math.random() * effort.patience * 500);
    await producer.delay?.(queueName, `${dueAt} ${index}`.padEnd(100, 'x'), dueAt);
  }
  await finished;
  await consumer.end();
  await producer.end();
  return { p50: quantile(lateMs, 0.5), p99: quantile(lateMs, 0.99), earliest: Math.min(...lateMs) };
}

const takesPart = (/** @type {import('../contender.mjs').Contender} */ { delays }) => delays === true;

/** @type {import('./row.mjs').Row[]} */
export const delayedRows = [
  {
    id: 'due',
    group: 'delayed',
    title: 'delayed jobs due at once, until all have run',
    metrics: [
      { name: 'seconds', unit: 's', better: 'less' },
      { name: 'early', unit: 'early', better: 'less' },
    ],
    goals: [
      { metric: 'seconds', versus: { times: 1 / 3, contender: 'bullmq', is: 'at most' } },
      { metric: 'seconds', versus: { times: 1 / 20, contender: 'node-resque', is: 'at most' } },
      { metric: 'early', atMost: 0 },
    ],
    takesPart,
    once: true,
    measure: (round) => dueAtOnce({ ...round, jobs: round.effort.dueJobs }),
  },
  {
    id: 'lateness',
    group: 'lateness',
    title: 'lateness of delayed jobs',
    metrics: [
      { name: 'p50', unit: 'ms p50', better: 'less' },
      { name: 'p99', unit: 'ms p99', better: 'less' },
      { name: 'earliest', unit: 'ms earliest', better: 'more' },
    ],
    goals: [
      { metric: 'p50', atMost: 20 },
      { metric: 'p99', atMost: 100 },
      { metric: 'p99', versus: { times: 1, contender: 'bullmq', is: 'at most' } },
      { metric: 'earliest', atLeast: 0 },
    ],
    takesPart,
    once: true,
    together: true,
    measure: lateness,
  },
];
