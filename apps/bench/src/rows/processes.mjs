// @ts-check
import { queueName } from '../contender.mjs';
import { comeToRest } from './come-to-rest.mjs';
import { fill } from './fill.mjs';
import { Gate } from './gate.mjs';

const slots = 100;

/** Several processes work off one queue; each tells what it did, and when. */
async function measure(/** @type {import('./row.mjs').Round} */ round, /** @type {number} */ processes) {
  const { contender, target, redis, jobs, index, meet } = round;
  if (index === 0) {
    await redis.flushall();
    const producer = await contender.produce(target);
    await fill(producer, [queueName], (jobs + 2 * slots) * processes);
    await producer.end();
  }
  await meet('filled');
  const gate = new Gate(slots);
  let done = 0;
  let last = 0n;
  const perform = () => {
    if (!gate.isOpen) return gate.enter();
    done += 1;
    // One clock for all processes of the machine.
    last = process.hrtime.bigint();
  };
  const consumer = await contender.work(target, { queues: [queueName], slots }, perform);
  await gate.isFull;
  await comeToRest();
  await meet('ready');
  const began = process.hrtime.bigint();
  gate.open();
  await quiet(() => done);
  await consumer.end();
  const ended = done > 0 ? last : began;
  // By the rate, the next round has as many jobs as it has time for.
  const rate = (done * 1e9) / Number(ended - began || 1n);
  return { rate, done, began: Number(began / 1_000n), ended: Number(ended / 1_000n) };
}

/** Resolves when a count has not changed for a while. */
async function quiet(/** @type {() => number} */ count) {
  await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
    let known = -1;
    const timer = setInterval(() => {
      if (count() !== known) known = count();
      else {
        clearInterval(timer);
        resolve();
      }
    }, 300);
  });
}

const row = (/** @type {number} */ processes, /** @type {import('./row.mjs').Goal[]} */ goals = []) =>
  /** @type {import('./row.mjs').Row} */ ({
    id: `processes-${processes}`,
    group: `processes-${processes}`,
    title: `work, 100 at a time in each of ${processes} processes`,
    metrics: [{ name: 'rate', unit: 'jobs/s', better: 'more' }],
    goals,
    takesPart: ({ name }) => name === 'reskue' || name === 'raw',
    fullOnly: true,
    processes,
    measure: (round) => measure(round, processes),
  });

export const processRows = [
  row(1),
  row(2, [{ metric: 'rate', versus: { times: 1.5, row: 'processes-1', is: 'at least' } }]),
  row(4),
];

/** What several processes did together. */
export function mergeProcesses(/** @type {import('./row.mjs').Result[]} */ results) {
  const all = (/** @type {string} */ name) => results.map((result) => Number(result[name]));
  const seconds = (Math.max(...all('ended')) - Math.min(...all('began'))) / 1e6;
  return { rate: all('done').reduce((sum, done) => sum + done, 0) / seconds };
}
