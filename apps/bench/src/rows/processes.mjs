// @ts-check
import { createHash } from 'node:crypto';
import { queueName } from '../contender.mjs';
import { comeToRest } from './come-to-rest.mjs';
import { fill } from './fill.mjs';
import { Gate } from './gate.mjs';
import { workMetrics } from './row.mjs';

const slots = 100;

const block = Buffer.alloc(128 * 1024, 'x');
/** About a tenth of a millisecond of CPU: the same work for everybody, however many share the cores. */
const hash = () => void createHash('sha256').update(block).digest();
const nothing = () => undefined;

/**
 * Several processes work off one queue; each tells what it did, and when.
 * @param {import('./row.mjs').Round} round
 * @param {number} processes
 * @param {() => void} job
 */
async function measure(round, processes, job) {
  const { contender, target, redis, startMeter, jobs, index, meet } = round;
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
    job();
    done += 1;
    // One clock for all processes of the machine.
    last = process.hrtime.bigint();
  };
  const consumer = await contender.work(target, { queues: [queueName], slots }, perform);
  await gate.isFull;
  await comeToRest();
  const meter = await startMeter();
  await meet('ready');
  const began = process.hrtime.bigint();
  gate.open();
  await quiet(() => done);
  const cost = await meter.stop().read();
  await consumer.end();
  const ended = done > 0 ? last : began;
  // By the rate, the next round has as many jobs as it has time for.
  const rate = (done * 1e9) / Number(ended - began || 1n);
  const { nodeUs, redisUs, commands, reads } = cost;
  const span = { began: Number(began / 1_000n), ended: Number(ended / 1_000n) };
  return { rate, done, ...span, nodeUs, redisUs, commands, reads };
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

/** @typedef {import('./row.mjs').Row} Row */

/** @returns {Row} */
const row = (
  /** @type {string} */ id,
  /** @type {string} */ title,
  /** @type {number} */ processes,
  /** @type {() => void} */ job,
) => ({
  id: `${id}-${processes}`,
  group: id,
  title: `${title}, 100 at a time in ${processes === 1 ? 'one process' : `each of ${processes} processes`}`,
  metrics: workMetrics,
  goals:
    processes === 2
      ? [{ metric: 'rate', versus: { times: 1.5, row: `${id}-1`, is: 'at least' }, ifCoresAllow: true }]
      : [],
  takesPart: ({ name }) => name === 'reskue' || name === 'raw',
  fullOnly: true,
  processes,
  measure: (round) => measure(round, processes, job),
});

/** Jobs that do nothing share two cores with a busy Redis; of those that do something, Redis is hardly busy. */
export const processRows = [
  ...[1, 2, 4].map((processes) => row('processes', 'work', processes, nothing)),
  ...[1, 2, 4].map((processes) => row('processes-hash', 'work of 0.1 ms of CPU', processes, hash)),
];

/** What several processes did together, by the job. Each has asked Redis what all of them cost it. */
export function mergeProcesses(/** @type {import('./row.mjs').Result[]} */ results) {
  const all = (/** @type {string} */ name) => results.map((result) => Number(result[name]));
  const sum = (/** @type {string} */ name) => all(name).reduce((total, value) => total + value, 0);
  const done = sum('done');
  const seconds = (Math.max(...all('ended')) - Math.min(...all('began'))) / 1e6;
  const ofRedis = (/** @type {string} */ name) => Math.max(...all(name)) / done;
  return {
    rate: done / seconds,
    node: sum('nodeUs') / done,
    redis: ofRedis('redisUs'),
    commands: ofRedis('commands'),
    reads: ofRedis('reads'),
  };
}
