import type { Keys } from '../keys/keys.js';
import type { CycleCall, CycleQueue, CycleSlot } from './cycle.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import source from './lone-cycle.lua';
import { PreparedScript } from './prepared-script.js';
import type { QuickCycleReply } from './quick-cycle.js';
import type { ScriptClient } from './run-script.js';

/** `quickCycle` for one slot and one queue: what a process of one worker does, and a call that waits in Redis. */
export const loneCycle = defineScript({
  name: 'loneCycle',
  source,
  keys: [
    'leases',
    'lease',
    'workers',
    'processed',
    'pauseAll',
    'paused',
    'recovered',
    'list',
    'wake',
    'record',
    'processedBy',
  ],
  args: ['id', 'number', 'task', 'owed', 'head'],
  decode(given): QuickCycleReply {
    // A bare text in the common case: it is read in half the time that a list takes.
    if (typeof given === 'string')
      return { status: 'quick', brokenPlaces: [], slots: [{ queueIndex: 0, payload: given }] };
    const [status] = asReply(given);
    if (status === 'full') return { status: 'full' };
    const brokenPlaces = status === 'broken' ? [1] : [];
    return { status: 'quick', brokenPlaces, slots: [{ queueIndex: -1, payload: '' }] };
  },
});

/** A call of one slot and one queue. */
export interface LoneCall {
  readonly leaseId: string;
  readonly runAt: string;
  readonly queue: CycleQueue;
  readonly slot: CycleSlot;
}

/** The call as one of one slot and one queue, where it is such a one. */
export function loneCall({ leaseId, runAt, queues, slots }: CycleCall): LoneCall | undefined {
  const [queue, slot] = [queues[0], slots[0]];
  const isLone = queue && slot && queues.length === 1 && slots.length === 1;
  return isLone ? { leaseId, runAt, queue, slot } : undefined;
}

/** What stays the same from call to call of a worker. */
interface Known {
  readonly keys: Keys;
  readonly leaseId: string;
  readonly workerId: string;
  readonly queue: string;
  readonly script: PreparedScript;
}

let last: Known | undefined;

/** Runs a call of one slot and one queue. `full`: as of `quickCycle`. */
export async function runLoneCycle(
  redis: ScriptClient,
  keys: Keys,
  call: LoneCall,
): Promise<QuickCycleReply> {
  return loneCycle.decode(await knownOf(keys, call).script.run(redis, operandsOf(call)));
}

/** Whoever is told of a call in the moment in which its reply comes. */
export interface LoneListener {
  /** All that it did was to claim this job. */
  claimed(payload: string): void;
  /** It did anything else; `undefined`: it failed. */
  answered(reply: QuickCycleReply | undefined): void;
}

/** The same for one who is told. */
export function tellLoneCycle(redis: ScriptClient, keys: Keys, call: LoneCall, listener: LoneListener): void {
  knownOf(keys, call).script.tell(redis, operandsOf(call), {
    done(reply) {
      if (typeof reply === 'string' && !call.slot.outcome) listener.claimed(reply);
      else listener.answered(loneCycle.decode(reply));
    },
    failed: () => listener.answered(undefined),
  });
}

/** What is other from call to call. */
function operandsOf({ leaseId, runAt, queue, slot }: LoneCall): ScriptArgument[] {
  const { number } = slot;
  const head =
    `{"queue":${JSON.stringify(queue.name)},"run_at":"${runAt}","worker":${JSON.stringify(slot.name)},` +
    `"lease":"${leaseId}","claim":${number},"payload":`;
  return [number, taskOf(slot), queue.owed ? '1' : '', head];
}

export function taskOf({ wants, outcome }: CycleSlot): 'claim' | 'done' | 'both' {
  if (!outcome) return 'claim';
  return wants ? 'both' : 'done';
}

function knownOf(keys: Keys, { leaseId, queue: { name: queue }, slot }: LoneCall): Known {
  const { workerId, countedAs } = slot;
  const isKnown =
    last?.workerId === workerId && last.queue === queue && last.leaseId === leaseId && last.keys === keys;
  if (isKnown && last) return last;
  const operands = [
    keys.leases,
    keys.lease(leaseId),
    keys.workers,
    keys.processed,
    keys.pauseAll,
    keys.paused,
    keys.recovered,
    keys.queue(queue),
    keys.wakeQueue(queue),
    keys.record(workerId),
    keys.processedBy(countedAs),
    leaseId,
  ];
  const script = new PreparedScript(loneCycle, loneCycle.keys.length, operands);
  return (last = { keys, leaseId, workerId, queue, script });
}
