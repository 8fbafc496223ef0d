import {
  asCycleReply,
  isMock,
  isOrdinary,
  loneCall,
  restamp,
  runFullCycle,
  runQuickCycle,
  tellLoneCycle,
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
  if (mayBeQuick(connection, call)) {
    const reply = await runQuickCycle(client, connection.keys, call);
    if (reply.status === 'quick') return asCycleReply(call, reply);
    rest(connection);
  }
  return runFullCycle(client, connection.keys, call);
}

const mayBeQuick = (connection: Connection, call: CycleCall): boolean =>
  isOrdinary(call) && performance.now() >= (restsUntil.get(connection) ?? 0);

const rest = (connection: Connection): unknown => restsUntil.set(connection, performance.now() + restMs);

/** Whoever hears of a call behind a wait. */
export interface BehindListener {
  /** All that it did was to claim this job for its slot, from its queue. */
  claimed(payload: string): void;
  /** It did anything else; `undefined`: it failed, and is sent again the ordinary way, for its numbers make that harmless. */
  answered(reply: CycleReply | undefined): void;
}

/**
 * Sends a call over a client that waits, to be carried out when that has ended. Of a job that a slot got from its only queue
 * it tells in the moment in which the reply comes: a process that has slept takes its time for each promise in between.
 */
export function sendBehind(
  client: RedisClient,
  connection: Connection,
  call: CycleCall,
  listener: BehindListener,
): void {
  const sentAt = performance.now();
  const isLate = (): boolean => performance.now() - sentAt >= lateMs;
  const hear = (reply: CycleReply | undefined): void => {
    if (reply?.status === 'cycled' && isLate()) correctTimes(connection, call, reply.slots);
    listener.answered(reply);
  };
  const fail = (): void => listener.answered(undefined);
  const lone = mayBeQuick(connection, call) ? loneCall(call) : undefined;
  if (!lone) return void send(client, connection, call).then(hear, fail);
  tellLoneCycle(client, connection.keys, lone, {
    claimed(payload) {
      if (isLate()) correctTimes(connection, call, [{ claim: payload }]);
      listener.claimed(payload);
    },
    answered(reply) {
      if (!reply) return fail();
      if (reply.status === 'quick') return hear(asCycleReply(call, reply));
      rest(connection);
      runFullCycle(client, connection.keys, call).then(hear, fail);
    },
  });
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
