import { createKeys, encodeLeaseTerms, register, runCycle, runScript } from '@reskue/core/protocol';
import type { Redis } from 'ioredis';

const leaseId = 'dead:1:0';
const worker = 'dead:1';
const workerId = `${worker}:work`;

/** Has the job at the head of the queue claimed by a process that died right afterwards: its lease is about to run out. */
export async function leaveToTheDead(redis: Redis, leaseMs: number): Promise<void> {
  const keys = createKeys('resque');
  await runScript(
    redis,
    register,
    { ...keys, lease: keys.lease(leaseId), looked: keys.leasesLooked },
    {
      id: leaseId,
      leaseMs,
      terms: encodeLeaseTerms({ leaseMs, recovery: 'requeue', maxRecoveries: 3 }),
      startedText: '1',
      leasePrefix: keys.lease(''),
      now: '',
    },
    { keys: [keys.record(workerId), keys.started(workerId)], args: [workerId] },
  );
  const slot = { workerId, name: worker, countedAs: worker, number: 1, wants: true, outcome: null };
  const reply = await runCycle(redis, keys, {
    leaseId,
    runAt: 'now',
    queues: [{ name: 'work', owed: false }],
    slots: [slot],
  });
  if (reply.status === 'lost' || !reply.slots[0]?.claim) throw new Error('the dead got no job');
}
