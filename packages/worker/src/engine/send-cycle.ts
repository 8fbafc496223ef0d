import {
  isMock,
  restamp,
  runCycle,
  type Connection,
  type CycleCall,
  type CycleReply,
  type RedisClient,
} from '@reskue/core/protocol';
import { runAtNow } from './make-call.js';
import { cyclePlainly } from './plain-cycle.js';

/** A record may be off by so much about when its job began. */
const lateMs = 1_000;

/** Sends a call over the connection. */
export function sendCycle(connection: Connection, call: CycleCall): Promise<CycleReply> {
  if (isMock(connection.client)) return cyclePlainly(connection, call);
  return runCycle(connection.client, connection.keys, call);
}

/**
 * Sends a call over a client that waits, to be carried out when that has ended. Resolves to `undefined` where it failed: then
 * it is sent again the ordinary way, for its numbers make a second arrival harmless.
 */
export async function sendBehind(
  client: RedisClient,
  connection: Connection,
  call: CycleCall,
): Promise<CycleReply | undefined> {
  const sentAt = performance.now();
  const reply = await runCycle(client, connection.keys, call).catch(() => undefined);
  const isLate = performance.now() - sentAt >= lateMs;
  if (reply?.status === 'cycled' && isLate) correctTimes(connection, call, reply.slots);
  return reply;
}

/** The records tell the time at which the call was sent, and then there was no job yet. */
function correctTimes(
  connection: Connection,
  { leaseId, slots }: CycleCall,
  parts: readonly { claim: unknown }[],
): void {
  const runAt = runAtNow(connection.dialect);
  for (const [index, { workerId, number }] of slots.entries()) {
    if (!parts[index]?.claim) continue;
    const record = connection.keys.record(workerId);
    // It is there for people to read; nothing is lost with it.
    connection.run(restamp, { record }, { id: leaseId, claim: number, runAt }).catch(() => undefined);
  }
}
