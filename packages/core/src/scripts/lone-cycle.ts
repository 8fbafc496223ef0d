import type { Keys } from '../keys/keys.js';
import type { CycleCall, CycleQueue, CycleSlot } from './cycle.js';
import { asReply, defineScript } from './define-script.js';
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
  { leaseId, runAt }: CycleCall,
  { name, owed }: CycleQueue,
  slot: CycleSlot,
): Promise<QuickCycleReply> {
  const { number } = slot;
  const head =
    `{"queue":${JSON.stringify(name)},"run_at":"${runAt}","worker":${JSON.stringify(slot.name)},` +
    `"lease":"${leaseId}","claim":${number},"payload":`;
  const { script } = knownOf(keys, leaseId, name, slot);
  return loneCycle.decode(await script.run(redis, [number, taskOf(slot), owed ? '1' : '', head]));
}

export function taskOf({ wants, outcome }: CycleSlot): 'claim' | 'done' | 'both' {
  if (!outcome) return 'claim';
  return wants ? 'both' : 'done';
}

function knownOf(keys: Keys, leaseId: string, queue: string, { workerId, countedAs }: CycleSlot): Known {
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
