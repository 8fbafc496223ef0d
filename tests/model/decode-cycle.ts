import { asCycleReply, cycle, quickCycle, type CycleCall, type CycleReply } from '@reskue/core/protocol';

/** What a process makes of the reply to a call, whichever of the two scripts gave it. */
export function decodeCycle(call: CycleCall, reply: unknown): CycleReply {
  const isQuick = Array.isArray(reply) && reply[0] === 'quick';
  const quick = isQuick && quickCycle.decode(reply);
  return quick && quick.status === 'quick' ? asCycleReply(call, quick) : cycle.decode(reply);
}
