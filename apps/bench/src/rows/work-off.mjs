// @ts-check
import { queueName } from '../contender.mjs';
import { perJob } from '../measure/meter.mjs';
import { comeToRest } from './come-to-rest.mjs';
import { fill } from './fill.mjs';
import { Gate } from './gate.mjs';

/**
 * Fills the queues, starts a consumer, and measures from the moment when all its slots have a job in hand and it has come to rest:
 * starting up is not what is compared.
 *
 * @param {import('./row.mjs').Round} round
 * @param {object} what
 * @param {number} what.slots
 * @param {string[]} [what.queues]
 * @param {number} [what.bytes] of a payload
 * @param {number} [what.jobs] by default as many as the round says
 * @param {number} [what.backlog] jobs that wait besides
 * @param {string[]} [what.plugins]
 */
export async function workOff({ contender, target, redis, startMeter, jobs: paced }, what) {
  const { slots, queues = [queueName], bytes = 100, jobs = paced, backlog = 0, plugins } = what;
  await redis.flushall();
  const producer = await contender.produce(target);
  await fill(producer, queues, jobs + slots + backlog, bytes);
  await producer.end();

  const gate = new Gate(slots);
  let left = jobs;
  /** @type {() => void} */
  let finish = () => {};
  const perform = () => {
    if (!gate.isOpen) return gate.enter();
    left -= 1;
    if (left === 0) finish();
  };
  const options = { queues, slots, pollMs: 200, ...(plugins ? { plugins } : {}) };
  const consumer = await contender.work(target, options, perform);
  await gate.isFull;
  await comeToRest();
  const meter = await startMeter();
  /** @type {ReturnType<typeof meter.stop>} */
  const stopped = await new Promise((resolve) => {
    finish = () => resolve(meter.stop());
    gate.open();
  });
  const cost = await stopped.read();
  await consumer.end();
  return perJob(cost, jobs);
}
