import type { Keys } from '../keys/keys.js';
import type { CycleCall, CycleQueue, CycleReply, CycleSlot, CycleSlotReply } from './cycle.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { loneCall, runLoneCycle, taskOf } from './lone-cycle.js';
import { isPlainSuccess } from './outcome.js';
import { evaluateScript, type ScriptClient } from './run-script.js';
import source from './quick-cycle.lua';

/** More queues are looked through in stretches, by `cycle`. */
const mostQueues = 4;

export type QuickCycleReply =
  | { status: 'quick'; brokenPlaces: number[]; slots: { queueIndex: number; payload: string }[] }
  | { status: 'full' };

/** The common case of `cycle`, in a script a tenth as long, for fewer operands. Called through {@link runQuickCycle}. */
export const quickCycle = defineScript({
  name: 'quickCycle',
  source,
  keys: ['leases', 'lease', 'workers', 'processed', 'pauseAll', 'paused', 'recovered'],
  args: ['id', 'queueCount', 'slotCount', 'owed'],
  decode(given): QuickCycleReply {
    // The client made this list for us alone.
    const reply = asReply(given) as unknown[];
    if (reply[0] === 'full') return { status: 'full' };
    const slots: { queueIndex: number; payload: string }[] = [];
    for (let at = 2; at < reply.length; at += 2) {
      slots.push({ queueIndex: Number(reply[at]) - 1, payload: String(reply[at + 1]) });
      // V8 makes such lists in its old memory, where they stay a while after their end, with all that they still hold.
      reply[at + 1] = '';
    }
    const broken = String(reply[1]);
    const brokenPlaces = broken === '' ? [] : broken.trim().split(' ').map(Number);
    return { status: 'quick', brokenPlaces, slots };
  },
});

/** Whether all that a call does is to end claims as done and to make others into records. */
export function isOrdinary({ queues, slots, ahead }: CycleCall): boolean {
  if (slots.length === 0 || queues.length > mostQueues) return false;
  if (ahead && (ahead.wanted > 0 || ahead.done.length > 0)) return false;
  return slots.every(
    ({ wants, outcome, aheadClaim }) =>
      aheadClaim === undefined && (outcome ? isPlainSuccess(outcome) : wants),
  );
}

/** Runs an ordinary call. `full`: it is none after all; then `cycle` is to run it, under the same numbers. */
export function runQuickCycle(redis: ScriptClient, keys: Keys, call: CycleCall): Promise<QuickCycleReply> {
  const lone = loneCall(call);
  return lone ? runLoneCycle(redis, keys, lone) : runForSome(redis, keys, call);
}

async function runForSome(
  redis: ScriptClient,
  keys: Keys,
  { leaseId, runAt, queues, slots }: CycleCall,
): Promise<QuickCycleReply> {
  const operands: ScriptArgument[] = [keys.leases, keys.lease(leaseId), keys.workers, keys.processed];
  operands.push(keys.pauseAll, keys.paused, keys.recovered);
  for (const { name } of queues) operands.push(keys.queue(name));
  const owed = pushOwed(keys, queues, operands);
  for (const { workerId, countedAs } of slots)
    operands.push(keys.record(workerId), keys.processedBy(countedAs));
  const keyCount = operands.length;
  operands.push(leaseId, queues.length, slots.length, owed);
  for (const { name } of queues)
    operands.push(`{"queue":${JSON.stringify(name)},"run_at":"${runAt}","worker":`);
  for (const slot of slots) {
    const { number, name } = slot;
    operands.push(number, taskOf(slot));
    operands.push(`${JSON.stringify(name)},"lease":"${leaseId}","claim":${number},"payload":`);
  }
  return quickCycle.decode(await evaluateScript(redis, quickCycle, keyCount, operands));
}

/** The same reply as `cycle` gives it. */
export function asCycleReply(
  { queues, slots }: CycleCall,
  reply: Extract<QuickCycleReply, { status: 'quick' }>,
): CycleReply {
  return {
    status: 'cycled',
    brokenQueues: reply.brokenPlaces.map((place) => queues[place - 1]?.name ?? ''),
    slots: reply.slots.map((part, index) => slotReply(slots[index], part)),
    ahead: { fresh: [], met: '', records: [], isBarred: false },
  };
}

function slotReply(
  slot: CycleSlot | undefined,
  { queueIndex, payload }: { queueIndex: number; payload: string },
): CycleSlotReply {
  return {
    settlement: slot?.outcome ? 'settled' : 'none',
    reason: '',
    claim: queueIndex < 0 ? null : { queueIndex, payload },
    record: null,
  };
}

/** The places of the queues whose token is owed. */
export function pushOwed(keys: Keys, queues: readonly CycleQueue[], toKeys: ScriptArgument[]): string {
  let owed = '';
  let place = 0;
  for (const queue of queues) {
    place += 1;
    if (!queue.owed) continue;
    owed += ` ${place}`;
    toKeys.push(keys.wakeQueue(queue.name));
  }
  return owed;
}
