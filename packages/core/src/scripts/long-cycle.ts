import type { RedisClient } from '../connection/redis-client.js';
import { payloadListOf, type Keys } from '../keys/keys.js';
import { decodeAhead } from '../record/worker-record.js';
import type { CycleCall, CycleReply } from './cycle.js';
import { asReply, defineScript, type ScriptArgument } from './define-script.js';
import { inOneWrite } from './in-one-write.js';
import { LongClaimed } from './long-claimed.js';
import { PayloadReads } from './payload-reads.js';
import { pushDone } from './push-done.js';
import { pushOwed } from './quick-cycle.js';
import source from './long-cycle.lua';
import { evaluateScript } from './run-script.js';

/** Whether jobs can be claimed like this: `closed` not while something is out of the ordinary, `refused` not here. */
export type LongWay = 'open' | 'closed' | 'refused';

export interface LongReply {
  way: LongWay;
  claimed: LongClaimed[];
}

type LongCycleReply =
  | { status: 'cycled'; brokenPlaces: number[]; way: LongWay; counts: number[] }
  | { status: 'known'; records: string[] }
  | { status: 'lost' };

/** Claims ahead without a look at the payloads, and ends what is done. Called through {@link runLongCycle}. */
export const longCycle = defineScript({
  name: 'longCycle',
  source,
  keys: ['leases', 'ahead', 'processed', 'pauseAll', 'paused', 'recovered'],
  args: ['id', 'queueCount', 'first', 'wanted', 'doneCount', 'owed'],
  decode(given): LongCycleReply {
    const [status, ...rest] = asReply(given);
    if (status === 'lost') return { status };
    if (status === 'known') return { status, records: rest.map(String) };
    const [broken, way, ...counts] = rest;
    return {
      status: 'cycled',
      brokenPlaces: (String(broken).match(/\d+/g) ?? []).map(Number),
      way: way === 'open' || way === 'closed' ? way : 'refused',
      counts: counts.map(Number),
    };
  },
});

/** Runs a call without slots and locks, and reads the payloads behind it, in one write. */
export async function runLongCycle(redis: RedisClient, keys: Keys, call: CycleCall): Promise<CycleReply> {
  const { leaseId, queues, ahead = { first: 0, wanted: 0, done: [] } } = call;
  const { first, wanted } = ahead;
  const listOf = (number: number): string => payloadListOf(keys.leaseAhead(leaseId), number);
  const reads = new PayloadReads(redis);
  const [operands, keyCount] = operandsOf(keys, call);
  const evaluated = inOneWrite(redis, () => {
    const evaluated = evaluateScript(redis, longCycle, keyCount, operands);
    for (let place = 0; place < wanted; place += 1) reads.ask(listOf(first + place), place);
    return evaluated;
  });
  const reply = longCycle.decode(await evaluated);
  if (reply.status === 'lost') return reply;
  const numbers = numbersOf(reply, first, queues.length);
  if (numbers.length > 0) await reads.all();
  const claimed: LongClaimed[] = [];
  for (const { number, queueIndex, queue } of numbers) {
    const place = number - first;
    let bytes = reads.take(place);
    if (!bytes) {
      // A server that did not know the script was sent it again, behind the reading.
      reads.ask(listOf(number), place);
      await reads.all();
      bytes = reads.take(place);
    }
    const name = queue ?? queues[queueIndex]?.name ?? '';
    if (bytes) claimed.push(new LongClaimed(name, number, queueIndex, bytes));
  }
  const isKnown = reply.status === 'known';
  const [way, brokenPlaces] = isKnown ? (['open', []] as const) : [reply.way, reply.brokenPlaces];
  return {
    status: 'cycled',
    brokenQueues: brokenPlaces.map((place) => queues[place - 1]?.name ?? ''),
    slots: [],
    ahead: { fresh: [], met: '', records: [], isBarred: false, long: { way, claimed } },
  };
}

/** The claims that were made, or made before and are held still. */
function numbersOf(
  reply: Exclude<LongCycleReply, { status: 'lost' }>,
  first: number,
  queueCount: number,
): { number: number; queueIndex: number; queue?: string }[] {
  if (reply.status === 'known') {
    return reply.records.flatMap((text) => {
      const record = decodeAhead(text, '');
      if (!record) return [];
      return { number: record.claim ?? 0, queueIndex: queueCount - 1, queue: record.queue };
    });
  }
  let number = first;
  return reply.counts.flatMap((count, queueIndex) =>
    Array.from({ length: count }, () => ({ number: number++, queueIndex })),
  );
}

function operandsOf(
  keys: Keys,
  { leaseId, runAt, queues, ahead }: CycleCall,
): [operands: ScriptArgument[], keyCount: number] {
  const { first = 0, wanted = 0, done = [] } = ahead ?? {};
  const operands: ScriptArgument[] = [keys.leases, keys.leaseAhead(leaseId), keys.processed];
  operands.push(keys.pauseAll, keys.paused, keys.recovered);
  for (const { name } of queues) operands.push(keys.queue(name));
  const args: ScriptArgument[] = [leaseId, queues.length, first, wanted, done.length];
  args.push(pushOwed(keys, queues, operands));
  for (const { name } of queues)
    args.push(`{"queue":${JSON.stringify(name)},"run_at":"${runAt}","lease":"${leaseId}","claim":`);
  if (done.length > 0) pushDone(keys, done, operands, args);
  const keyCount = operands.length;
  for (const arg of args) operands.push(arg);
  return [operands, keyCount];
}
