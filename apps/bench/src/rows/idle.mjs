// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { queueName } from '../contender.mjs';
import { perJob } from '../measure/meter.mjs';
import { readStats } from '../measure/redis-stats.mjs';
import { countSent } from '../measure/sent.mjs';
import { fill } from './fill.mjs';
import { Gate } from './gate.mjs';

/** Whatever follows the last job is over by then. */
const settleMs = 3_000;
/** What happens each few seconds is to be seen a few times: so much longer is the CPU time looked at. */
const patienceTimes = 2;

/**
 * A consumer that has worked one job in each slot and has nothing to do any more, and nothing else in its process.
 * @param {import('./row.mjs').Round} round
 * @param {number} slots
 */
async function measure({ contender, target, redis, startMeter, effort }, slots) {
  await redis.flushall();
  const producer = await contender.produce(target);
  await fill(producer, [queueName], slots);
  await producer.end();
  const gate = new Gate(slots);
  const perform = () => (gate.isOpen ? undefined : gate.enter());
  const consumer = await contender.work(target, { queues: [queueName], slots }, perform);
  await gate.isFull;
  gate.open();
  await pause(settleMs);
  const stopCounting = await countSent(redis);
  await pause(effort.patience * 1_000);
  const sent = stopCounting() / effort.patience;
  // Only now: counting costs this process something.
  const meter = await startMeter();
  await pause(effort.patience * patienceTimes * 1_000);
  const cost = await meter.stop().read();
  const { connections } = await readStats(redis);
  await consumer.end();
  // A second takes the place of a job.
  const { commands, reads, node, redis: ofRedis, spent } = perJob(cost, cost.seconds);
  return {
    sent,
    commands,
    reads,
    cpu: node / 1e4,
    redisCpu: ofRedis / 1e4,
    connections: connections - 1,
    spent,
  };
}

const row = (/** @type {number} */ slots) =>
  /** @type {import('./row.mjs').Row} */ ({
    id: `idle-${slots}`,
    group: 'idle',
    title: `idle, ${slots} slot${slots === 1 ? '' : 's'}`,
    metrics: [
      { name: 'sent', unit: 'commands sent/s', better: 'less' },
      { name: 'commands', unit: 'with those in scripts', better: 'less' },
      { name: 'reads', unit: 'round trips/s', better: 'less' },
      { name: 'cpu', unit: '% of a core', better: 'less' },
      { name: 'redisCpu', unit: '% of Redis’s core', better: 'less' },
      { name: 'connections', unit: 'connections', better: 'less' },
    ],
    goals: [
      { metric: 'sent', atMost: 1 },
      { metric: 'cpu', atMost: 0.1 },
      ...(slots === 100 ? [{ metric: 'connections', atMost: 3 }] : []),
    ],
    once: true,
    fullOnly: slots !== 100,
    together: true,
    // V8 tidies up once, some seconds after a start: that is no part of what idleness costs a second.
    nodeOptions: ['--no-memory-reducer'],
    measure: (round) => measure(round, slots),
  });

export const idleRows = [row(1), row(10), row(100)];
