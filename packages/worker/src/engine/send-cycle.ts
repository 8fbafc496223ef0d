import {
  asCycleReply,
  isMock,
  isOrdinary,
  restamp,
  runFullCycle,
  runQuickCycle,
  type Connection,
  type CycleCall,
  type CycleReply,
  type RedisClient,
} from '@reskue/core/protocol';
import { runAtNow } from './make-call.js';
import { cyclePlainly } from './plain-cycle.js';
import { sendLong } from './send-long.js';

/** A record may be off by so much about when its job began. */
const lateMs = 1_000;

/** So long, ms, the short script is not tried again after it left a call to the full one: what was in its way may last. */
const restMs = 1_000;
const restsUntil = new WeakMap<Connection, number>();

/** Sends a call over the connection. */
export function sendCycle(connection: Connection, call: CycleCall): Promise<CycleReply> {
  if (isMock(connection.client)) return cyclePlainly(connection, call);
  if (call.ahead?.isLong === true) return sendLong(connection, call);
  return send(connection.client, connection, call);
}

/** As `runCycle`; where something is paused, or a process died of a job, most calls are one round trip all the same. */
async function send(client: RedisClient, connection: Connection, call: CycleCall): Promise<CycleReply> {
  const { keys } = connection;
  if (isOrdinary(call) && performance.now() >= (restsUntil.get(connection) ?? 0)) {
    const reply = await runQuickCycle(client, keys, call);
    if (reply.status === 'quick') return asCycleReply(call, reply);
    restsUntil.set(connection, performance.now() + restMs);
  }
  return runFullCycle(client, keys, call);
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
  let reply: CycleReply;
  try {
    reply = await send(client, connection, call);
  } catch {
    return undefined;
  }
  const isLate = performance.now() - sentAt >= lateMs;
  if (reply.status === 'cycled' && isLate) correctTimes(connection, call, reply.slots);
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
