// @ts-check
import { payloads, queueName } from '../contender.mjs';
import { perJob } from '../measure/meter.mjs';
import { workMetrics } from './row.mjs';

/** @typedef {import('./row.mjs').Goal} Goal */

/**
 * Enqueues until the time is up, so many calls at once, each with so many jobs.
 * @param {import('./row.mjs').Round} round
 * @param {{ inFlight: number, jobsPerCall?: number, bytes?: number }} how
 */
export async function enqueueFor(round, { inFlight, jobsPerCall = 1, bytes = 100 }) {
  const { contender, target, redis, startMeter, effort } = round;
  await redis.flushall();
  const producer = await contender.produce(target);
  // Made before: what is compared is not how fast texts are made.
  const data = payloads(Math.max(bytes > 1_000 ? 100 : 1_000, jobsPerCall), bytes);
  const calls = Math.ceil(effort.mostJobs / jobsPerCall);
  const one = (/** @type {number} */ call) =>
    jobsPerCall === 1
      ? producer.enqueue(queueName, data[call % data.length] ?? '')
      : producer.enqueueMany(queueName, data);
  await one(0);
  const meter = await startMeter();
  const deadline = performance.now() + effort.seconds * 1_000;
  let begun = 0;
  const loop = async () => {
    while (begun < calls && performance.now() < deadline) await one(begun++);
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  const cost = await meter.stop().read();
  await producer.end();
  await redis.flushall();
  return perJob(cost, begun * jobsPerCall);
}

const times = (/** @type {number} */ factor, /** @type {string} */ contender) =>
  /** @type {Goal} */ ({ metric: 'rate', versus: { times: factor, contender, is: 'at least' } });

const row = (
  /** @type {string} */ id,
  /** @type {string} */ title,
  /** @type {Parameters<typeof enqueueFor>[1]} */ how,
  /** @type {Goal[]} */ goals,
) =>
  /** @type {import('./row.mjs').Row} */ ({
    id,
    group: 'enqueue',
    title,
    metrics: workMetrics,
    goals,
    measure: (round) => enqueueFor(round, how),
  });

export const enqueueRows = [
  row('enqueue-1', 'enqueue, awaited one by one', { inFlight: 1 }, [times(0.9, 'raw')]),
  row('enqueue-50', 'enqueue, 50 in flight', { inFlight: 50 }, [times(4, 'bullmq'), times(1.6, 'bee-queue')]),
  row('enqueue-bulk', 'enqueue in bulks of 1,000', { inFlight: 1, jobsPerCall: 1_000 }, [
    times(12, 'bullmq'),
    times(0.6, 'raw'),
  ]),
];
