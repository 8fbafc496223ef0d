import { Connection, succeeded, type CycleCall } from '@reskue/core/protocol';
import { expect, test } from 'vitest';
import { workerBench } from '../worker-bench.test-kit.js';
import { Lease } from './lease.js';
import { sendCycle } from './send-cycle.js';
import { Slot, slotIdentity } from './slot.js';

const bench = workerBench();

const host = {
  wantsJob: () => true,
  claimed: () => undefined,
  settled: () => undefined,
  polled: () => undefined,
  lostAfterwards: () => undefined,
  leaseLost: () => undefined,
  queuesChanged: () => undefined,
  failed: () => undefined,
  tell: () => undefined,
  ordered: () => undefined,
};

/** How many scripts Redis ran for so many calls of one worker, one after the other. */
async function scriptsOf(connection: Connection, calls: number): Promise<number> {
  const lease = new Lease(() => connection, { leaseMs: 10_000, recovery: 'requeue', maxRecoveries: 3 });
  const slot = new Slot(slotIdentity('host:1', ['q'], 'node'), host);
  await lease.register([slot]);
  const { workerId, name, countedAs } = slot.identity;
  const call = (number: number): CycleCall => ({
    leaseId: lease.id,
    runAt: 'now',
    queues: [{ name: 'q', owed: false }],
    slots: [{ workerId, name, countedAs, number, wants: true, outcome: number > 1 ? succeeded() : null }],
  });
  const { redis } = bench.server;
  await redis.rpush(connection.keys.queue('q'), ...Array.from({ length: calls }, (_, at) => `job ${at}`));
  await redis.config('RESETSTAT');
  for (let number = 1; number <= calls; number += 1) {
    const reply = await sendCycle(connection, call(number));
    expect(reply).toMatchObject({ slots: [{ claim: { payload: `job ${number - 1}` } }] });
  }
  const stats = await redis.info('commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

test.each([
  ['nothing is out of the ordinary', false, 50],
  ['some process died of a job within the last days', true, 51],
])('where %s, a call is one round trip', async (_, hasDied, most) => {
  const connection = new Connection(bench.server.connection);
  await connection.connect();
  // Known to the server by then.
  await scriptsOf(connection, 2);
  await bench.server.redis.flushall();
  if (hasDied) await bench.server.redis.hset(connection.keys.recovered, 'sha of another job', 1);
  expect(await scriptsOf(connection, 50)).toBeLessThanOrEqual(most);
  connection.end();
});
