import {
  bucketMember,
  sendCommand,
  type Connection,
  type CycleCall,
  type CycleReply,
  type CycleSlot,
  type CycleSlotReply,
  type Outcome,
} from '@reskue/core/protocol';
import type { Slot } from './slot.js';

// What the scripts do, in plain commands: for the in-memory clients of ioredis-mock, which cannot run ours. For tests of an
// application in one process: nothing is atomic here, and there is no lease.

export async function registerPlainly(
  { client, keys }: Connection,
  slots: readonly Slot[],
  startedText: string | number,
): Promise<void> {
  for (const { identity } of slots) {
    await client.sadd(keys.workers, identity.workerId);
    await client.set(keys.started(identity.workerId), startedText);
  }
}

export async function unregisterPlainly({ client, keys }: Connection, slots: readonly Slot[]): Promise<void> {
  for (const { identity } of slots) {
    const { workerId, name, countedAs } = identity;
    await client.srem(keys.workers, workerId);
    await client.del(keys.record(workerId), keys.started(workerId), keys.ping(name));
    await client.del(keys.processedBy(countedAs), keys.failuresBy(countedAs));
  }
}

/** One cycle, slot by slot. */
export async function cyclePlainly(connection: Connection, call: CycleCall): Promise<CycleReply> {
  const slots: CycleSlotReply[] = [];
  for (const slot of call.slots) {
    const { outcome } = slot;
    if (outcome) await settle(connection, slot, outcome);
    const claim = slot.wants ? await take(connection, call, slot) : null;
    slots.push({ settlement: outcome ? 'settled' : 'none', reason: '', claim, record: null });
  }
  return {
    status: 'cycled',
    brokenQueues: [],
    slots,
    ahead: { fresh: [], met: '', records: [], isBarred: false },
  };
}

async function take(
  { client, keys }: Connection,
  { queues, runAt }: CycleCall,
  { workerId, name }: CycleSlot,
): Promise<CycleSlotReply['claim']> {
  const paused = await client.smembers(keys.paused);
  for (const [queueIndex, { name: queue }] of queues.entries()) {
    const payload = paused.includes(queue) ? null : await client.lpop(keys.queue(queue));
    if (payload === null) continue;
    const text = JSON.stringify;
    const head = `{"queue":${text(queue)},"run_at":${text(runAt)},"worker":${text(name)},"payload":`;
    await client.set(keys.record(workerId), `${head}${payload}}`);
    return { queueIndex, payload };
  }
  return null;
}

async function settle(
  { client, keys }: Connection,
  { workerId, countedAs }: CycleSlot,
  { counted, failure, move, commands }: Outcome,
): Promise<void> {
  for (const command of commands) await sendCommand(client, command);
  for (const [count, ...counters] of [
    [counted.processed, keys.processed, keys.processedBy(countedAs)],
    [counted.failed, keys.failures, keys.failuresBy(countedAs)],
  ] as const) {
    for (const counter of counters) if (count > 0) await client.incrby(counter, count);
  }
  if (failure !== undefined) await client.rpush(keys.failed, failure);
  if (move?.destination.to === 'delayed') {
    const { second } = move.destination;
    await client.rpush(keys.bucket(second), move.payload);
    await client.sadd(keys.timestamps(move.payload), bucketMember(second));
    await client.zadd(keys.schedule, second, second);
  } else if (move) {
    const { to, queue } = move.destination;
    await client.sadd(keys.queues, queue);
    await client[to === 'front' ? 'lpush' : 'rpush'](keys.queue(queue), move.payload);
  }
  await client.del(keys.record(workerId));
}
