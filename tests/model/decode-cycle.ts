import {
  asCycleReply,
  cycle,
  loneCycle,
  quickCycle,
  type CycleCall,
  type CycleReply,
} from '@reskue/core/protocol';

/** What a process makes of the reply to a call, whichever of the three scripts gave it. */
export function decodeCycle(call: CycleCall, reply: unknown): CycleReply {
  const status = Array.isArray(reply) ? (reply[0] as unknown) : 'claimed';
  const isLone = status === 'claimed' || status === 'none' || status === 'broken';
  const quick = isLone ? loneCycle.decode(reply) : status === 'quick' && quickCycle.decode(reply);
  return quick && quick.status === 'quick' ? asCycleReply(call, quick) : cycle.decode(reply);
}
