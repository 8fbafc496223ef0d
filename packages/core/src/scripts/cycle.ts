import type { Keys } from '../keys/keys.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { isPlainSuccess, pushOutcome, type Outcome } from './outcome.js';
import { runScript, type ScriptClient } from './run-script.js';
import source from './cycle.lua';

/** A queue to claim from; `owed` when this process took its wake token and has not found the queue empty since. */
export interface CycleQueue {
  name: string;
  owed: boolean;
}

/** One worker's part of a call. */
export interface CycleSlot {
  workerId: string;
  /** The worker's name, under which node-resque counts; dialect ruby passes the worker id. */
  countedAs: string;
  /** Written into the record as `worker`. */
  name: string;
  /** Greater than in any earlier call for this slot; the claim made in this call is known by it. */
  number: number;
  wants: boolean;
  outcome: Outcome | null;
}

export interface CycleCall {
  leaseId: string;
  /** The record's `run_at`, as text. */
  runAt: string;
  queues: readonly CycleQueue[];
  slots: readonly CycleSlot[];
}

export interface CycleSlotReply {
  /** `lost`: somebody else took the claim away, nothing was settled. `taken`: another process works under this worker id. */
  settlement: 'none' | 'settled' | 'lost' | 'taken' | 'refused';
  /** Why a settlement was refused: a plugin's command or a key of the wrong type. The claim is still held. */
  reason: string;
  /** A claimed payload and the index of its queue in the call. */
  claim: { queueIndex: number; payload: string } | null;
  /** The record of a claim made before, whose reply was lost. */
  record: string | null;
}

export type CycleReply =
  { status: 'cycled'; brokenQueues: string[]; slots: CycleSlotReply[] } | { status: 'lost' };

/** The heart: ends any number of claims and makes new ones in one atomic step. Called through {@link runCycle}. */
export const cycle = defineScript({
  name: 'cycle',
  source,
  keys: [
    'leases',
    'lease',
    'workers',
    'failed',
    'processed',
    'failures',
    'queues',
    'schedule',
    'due',
    'dueWake',
    'pauseAll',
    'paused',
    'recovered',
  ],
  args: ['id', 'runAt', 'queueCount', 'slotCount'],
  decode(reply): CycleReply {
    const [status, broken, ...rest] = asReply(reply);
    if (status === 'lost') return { status };
    const slots: CycleSlotReply[] = [];
    for (let at = 0; at < rest.length; at += 3)
      slots.push(decodeSlot(String(rest[at]), Number(rest[at + 1]), String(rest[at + 2])));
    return { status: 'cycled', brokenQueues: asReply(broken).map(String), slots };
  },
});

/** Runs one `cycle`. At most 2,000 slots a call; the caller keeps one call a slot in flight. */
export function runCycle(redis: ScriptClient, keys: Keys, call: CycleCall): Promise<CycleReply> {
  const restKeys: string[] = [];
  const restArgs: ScriptArgument[] = [];
  for (const { name, owed } of call.queues) {
    restKeys.push(keys.queue(name), keys.wakeQueue(name));
    restArgs.push(name, JSON.stringify(name), owed ? '1' : '');
  }
  for (const slot of call.slots) pushSlot(keys, slot, restKeys, restArgs);
  const { leaseId, runAt, queues, slots } = call;
  return runScript(
    redis,
    cycle,
    { ...keys, lease: keys.lease(leaseId) },
    { id: leaseId, runAt, queueCount: queues.length, slotCount: slots.length },
    { keys: restKeys, args: restArgs },
  );
}

function pushSlot(keys: Keys, slot: CycleSlot, toKeys: string[], toArgs: ScriptArgument[]): void {
  const { workerId, name, countedAs, number, wants, outcome } = slot;
  toKeys.push(keys.record(workerId), keys.processedBy(countedAs));
  const wish = wants ? '+' : '-';
  toArgs.push(workerId, JSON.stringify(name), number);
  if (!outcome) toArgs.push(wish);
  else if (isPlainSuccess(outcome)) toArgs.push(`${wish}done`);
  else {
    toKeys.push(keys.failuresBy(countedAs));
    toArgs.push(wish + outcome.kind);
    pushOutcome(keys, outcome, toKeys, toArgs);
  }
}

function decodeSlot(status: string, queueIndex: number, text: string): CycleSlotReply {
  const refused = status.startsWith('refused ');
  return {
    settlement: refused ? 'refused' : isSettlement(status) ? status : 'none',
    reason: refused ? status.slice('refused '.length) : '',
    claim: queueIndex > 0 ? { queueIndex: queueIndex - 1, payload: text } : null,
    record: queueIndex < 0 ? text : null,
  };
}

const isSettlement = (status: string): status is 'settled' | 'lost' | 'taken' =>
  status === 'settled' || status === 'lost' || status === 'taken';
