import type { Keys } from '../keys/keys.js';
import { claimHolders } from '../locks/holders.js';
import type { JobNeeds } from '../needs/job-needs.js';
import { pushNeeds } from '../needs/push-needs.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { pushOutcome, type Outcome } from './outcome.js';
import type { LongReply } from './long-cycle.js';
import { asCycleReply, isOrdinary, pushOwed, runQuickCycle } from './quick-cycle.js';
import { evaluateScript, type ScriptClient } from './run-script.js';
import { pushDone } from './push-done.js';
import { pushLeaseLocks, pushUnlocks } from './push-unlocks.js';
import { onlyUnlocks } from './unlock-command.js';
import claiming from './cycle-parts/claim.lua';
import givingBroughtBack from './cycle-parts/give-brought-back.lua';
import meeting from './cycle-parts/meet.lua';
import settling from './cycle-parts/settle.lua';
import looking from './cycle.lua';

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
  /** The number of the claim that `outcome` ends, where that was made ahead. */
  aheadClaim?: number;
}

/** What a process claims ahead of its free slots, and what of that is done. */
export interface CycleAhead {
  /** The claims made in this call are `first`, `first + 1` and so on; greater than any number of an earlier call. */
  first: number;
  wanted: number;
  /** Plain successes by worker. */
  done: readonly { countedAs: string; claims: readonly number[] }[];
  /** The numbers of those who hold the locks of their jobs, to be given back. */
  unlocks?: readonly number[];
  /** The claims whose locks came along with them, and are to be given back. */
  claimUnlocks?: readonly number[];
  /** What is to come along with new claims: at most four. */
  needs?: readonly JobNeeds[];
  /** For `longCycle`: such a call has no slots and gives back no locks, and what it settles may be of either way. */
  isLong?: boolean;
}

export interface CycleCall {
  leaseId: string;
  /** The record's `run_at`, as text. */
  runAt: string;
  queues: readonly CycleQueue[];
  slots: readonly CycleSlot[];
  ahead?: CycleAhead;
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

/** What was claimed ahead, in order. */
export interface CycleAheadReply {
  /** New claims, numbered from `first` on; by queue. */
  fresh: { queueIndex: number; payloads: string[] }[];
  /** What came along with the new ones, as `NeedsOfCall` reads it. */
  met: string;
  /** The records of those that an earlier arrival of this call made, where they are still held. */
  records: string[];
  /** It ended at a job whose process died once: that one is for a slot of its own. */
  isBarred: boolean;
  /** What `longCycle` brought, instead. */
  long?: LongReply;
}

export type CycleReply =
  | { status: 'cycled'; brokenQueues: string[]; slots: CycleSlotReply[]; ahead: CycleAheadReply }
  | { status: 'lost' };

/** The heart: ends any number of claims and makes new ones in one atomic step. Called through {@link runCycle}. */
export const cycle = defineScript({
  name: 'cycle',
  // One script in several files, each a step.
  source: looking + givingBroughtBack + settling + meeting + claiming,
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
    'ahead',
    'brought',
  ],
  args: [
    'id',
    'runAt',
    'queueCount',
    'slotCount',
    'first',
    'wanted',
    'doneCount',
    'unlockCount',
    'broughtCount',
    'needCount',
    'owed',
    'holderMark',
    'broughtName',
  ],
  decode(given): CycleReply {
    const reply = asReply(given);
    if (reply[0] === 'lost') return { status: 'lost' };
    const slots: CycleSlotReply[] = [];
    for (let at = 3; at < reply.length; at += 3)
      slots.push(decodeSlot(String(reply[at]), Number(reply[at + 1]), String(reply[at + 2])));
    const brokenQueues = asReply(reply[1]).map(String);
    return { status: 'cycled', brokenQueues, slots, ahead: decodeAhead(asReply(reply[2])) };
  },
});

const nothingAhead: Omit<CycleAhead, 'first'> = { wanted: 0, done: [] };

/** Runs one call, as quickly as it can be. At most 2,000 slots a call; the caller keeps one call a slot in flight. */
export async function runCycle(redis: ScriptClient, keys: Keys, call: CycleCall): Promise<CycleReply> {
  if (isOrdinary(call)) {
    const reply = await runQuickCycle(redis, keys, call);
    if (reply.status === 'quick') return asCycleReply(call, reply);
  }
  return runFullCycle(redis, keys, call);
}

/** The same by `cycle` itself, which knows all cases. */
export async function runFullCycle(redis: ScriptClient, keys: Keys, call: CycleCall): Promise<CycleReply> {
  const { leaseId, runAt, queues, slots } = call;
  const { wanted, done } = call.ahead ?? nothingAhead;
  // Called most often of all scripts: one list of operands, and nothing beside it.
  const operands: ScriptArgument[] = [...namedKeys(keys, leaseId), ...listKeys(keys, queues)];
  const args: ScriptArgument[] = [leaseId, runAt, queues.length, slots.length, call.ahead?.first ?? 0];
  args.push(wanted, done.length);
  const countsAt = args.push(0, 0, 0, pushOwed(keys, queues, operands)) - 4;
  args.push(claimHolders(leaseId), keys.leaseBrought(leaseId));
  for (const slot of slots) pushSlot(keys, slot, operands, args);
  if (done.length > 0) pushDone(keys, done, operands, args);
  const [unlockCount, broughtCount] = pushUnlocks(call, args);
  args[countsAt] = unlockCount;
  args[countsAt + 1] = broughtCount;
  if (call.ahead) args[countsAt + 2] = pushNeeds(call.ahead, args);
  pushLeaseLocks(keys.leaseLocks(leaseId), call, operands, args);
  const keyCount = operands.length;
  for (const arg of args) operands.push(arg);
  return cycle.decode(await evaluateScript(redis, cycle, keyCount, operands));
}

/** The named keys of the last lease under which a call was made, by namespace. */
const namedKeysOf = new WeakMap<Keys, { leaseId: string; named: readonly string[] }>();

function namedKeys(keys: Keys, leaseId: string): readonly string[] {
  const known = namedKeysOf.get(keys);
  if (known?.leaseId === leaseId) return known.named;
  const [lease, ahead, brought] = [keys.lease(leaseId), keys.leaseAhead(leaseId), keys.leaseBrought(leaseId)];
  const all = { ...keys, lease, ahead, brought };
  const named = cycle.keys.map((name) => all[name]);
  namedKeysOf.set(keys, { leaseId, named });
  return named;
}

/** The keys of lists of queues: the same lists come again and again. */
const listKeysOf = new WeakMap<readonly CycleQueue[], { keys: Keys; lists: readonly string[] }>();

function listKeys(keys: Keys, queues: readonly CycleQueue[]): readonly string[] {
  const known = listKeysOf.get(queues);
  if (known?.keys === keys) return known.lists;
  const lists = queues.map(({ name }) => keys.queue(name));
  listKeysOf.set(queues, { keys, lists });
  return lists;
}

function pushSlot(keys: Keys, slot: CycleSlot, toKeys: ScriptArgument[], toArgs: ScriptArgument[]): void {
  const { workerId, name, countedAs, number, wants, outcome, aheadClaim } = slot;
  toKeys.push(keys.record(workerId), keys.processedBy(countedAs));
  toArgs.push(JSON.stringify(name), number);
  if (!outcome) {
    toArgs.push(wants ? '+' : '-');
    return;
  }
  const wish = (wants ? '+' : '-') + (aheadClaim === undefined ? '' : '@');
  // Locks are given back at the end of the call.
  const isPlain = onlyUnlocks(outcome);
  toArgs.push(wish + (isPlain ? 'done' : outcome.kind));
  if (aheadClaim !== undefined) toArgs.push(aheadClaim);
  if (isPlain) return;
  toKeys.push(keys.failuresBy(countedAs));
  pushOutcome(keys, outcome, toKeys, toArgs);
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

function decodeAhead(reply: readonly unknown[]): CycleAheadReply {
  const [kind, mark, met = ''] = reply;
  if (kind === 'known') return { fresh: [], met: '', records: reply.slice(1).map(String), isBarred: false };
  const fresh: CycleAheadReply['fresh'] = [];
  for (let at = 3; at < reply.length; at += 2) {
    const count = Number(reply[at + 1]);
    const payloads = reply.slice(at + 2, at + 2 + count).map(String);
    fresh.push({ queueIndex: Number(reply[at]) - 1, payloads });
    at += count;
  }
  return { fresh, met: String(met), records: [], isBarred: mark === 'barred' };
}

const isSettlement = (status: string): status is 'settled' | 'lost' | 'taken' =>
  status === 'settled' || status === 'lost' || status === 'taken';
