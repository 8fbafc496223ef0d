import { createHash } from 'node:crypto';
import {
  addMembers,
  assemble,
  bucketSecond,
  fireSchedule,
  type Connection,
  type FireScheduleReply,
  type PayloadMembers,
} from '@reskue/core/protocol';
import { ranAtText } from './ran-at.js';
import type { StoredSchedule } from './read-schedule.js';
import type { TickHooks } from './tick-hooks.js';
import { nothingUnderway, readUnderway } from './underway.js';

/** A tick of a schedule that is to be decided. */
export interface Tick {
  schedule: StoredSchedule;
  /** Epoch ms. */
  at: number;
  /** Up to which tick everything was decided when we looked, as it stands in Redis; empty for nothing. */
  after: string;
}

/** How a tick was decided; `refused`: a hook said no, or threw, and the tick brings no job. */
export type TickOutcome = FireScheduleReply | { status: 'refused'; error?: unknown };

export interface FiringContext {
  readonly connection: Connection;
  readonly hooks: TickHooks;
  /** Redis's clock, epoch ms. */
  nowMs(): number;
}

/** What becomes of a tick: a job in its queue, a delayed one, or nothing. */
type Deed = { action: 'queue'; members: PayloadMembers | undefined } | { action: 'delay' | 'consume' };

/** Runs the enqueue hooks of a tick's job, then decides the tick and stores the job in one step. */
export async function fireTick(context: FiringContext, tick: Tick): Promise<TickOutcome> {
  const { schedule } = tick;
  // A job that is put off is a delayed one like others: its hooks run when it is due.
  if (dueOf(tick) > context.nowMs()) return decide(context, tick, { action: 'delay' });
  // A list, as the reader made it.
  const args = JSON.parse(schedule.argsText) as unknown[];
  let reply: FireScheduleReply | undefined;
  const { outcome, error } = await context.hooks.around({ ...schedule, args }, async (members) => {
    reply = await decide(context, tick, { action: 'queue', members });
    return reply.status === 'fired';
  });
  if (outcome !== 'refused') return reply ?? { status: 'changed' };
  const consumed = await decide(context, tick, { action: 'consume' });
  return consumed.status === 'consumed' ? { status: 'refused', error } : consumed;
}

/**
 * When the job of a tick is due: put off by a part of the jitter that name and tick alone determine, so that two leaders
 * agree.
 */
export function dueOf({ schedule: { name, jitterMs }, at }: Tick): number {
  if (jitterMs === 0) return at;
  const lot = createHash('sha1').update(`${at} ${name}`).digest().readUIntBE(0, 6);
  return at + (lot % (jitterMs + 1));
}

/** The text by which the job of a tick is recognised, in whatever JSON it stands. */
export const markOf = (name: string, at: number): string => `${encodeURIComponent(name)}@${at}`;

async function decide(context: FiringContext, tick: Tick, deed: Deed): Promise<FireScheduleReply> {
  const { connection } = context;
  const { keys, dialect } = connection;
  const { schedule, at, after } = tick;
  const dueMs = dueOf(tick);
  const second = bucketSecond(dialect, dueMs);
  const payload = payloadOf(connection, tick, deed);
  const underway =
    schedule.overlap === 'skip' ? await readUnderway(connection, schedule.name) : nothingUnderway;
  return connection.run(
    fireSchedule,
    {
      persistent: keys.persistentSchedules,
      fired: keys.schedulesFired,
      last: keys.schedulesLast,
      lastEnqueued: keys.lastEnqueuedAt,
      queues: keys.queues,
      list: keys.queue(schedule.queue),
      wake: keys.wakeQueue(schedule.queue),
      newQueue: keys.wake,
      bucket: keys.bucket(second),
      timestamps: keys.timestamps(payload),
      schedule: keys.schedule,
      due: keys.due,
      dueWake: keys.dueWake,
      workers: keys.workers,
      leases: keys.leases,
    },
    {
      name: schedule.name,
      config: schedule.config,
      after,
      tick: at,
      action: deed.action,
      queue: schedule.queue,
      payload,
      second,
      dueMs,
      ranAt: ranAtText(context.nowMs()),
      overlap: schedule.overlap,
      seen: underway.payload,
      mark: underway.mark,
      workerCount: underway.workers.length,
      now: '',
    },
    { keys: underway.keys, args: [...underway.workers, ...underway.leases] },
  );
}

/**
 * As anybody would enqueue it; with the mark of its tick behind where it must be told from others of its class: to see
 * whether it is still there, or to be delayed beside an equal one. Such a one has the form that it keeps when delayed.
 */
function payloadOf({ dialect }: Connection, { schedule, at }: Tick, deed: Deed): string {
  const { name, queue, class: className, argsText, overlap, jitterMs } = schedule;
  const isMarked = overlap === 'skip' || jitterMs > 0;
  const plain = assemble(dialect, queue, className, argsText, isMarked ? 'delayed' : 'queue');
  const members = deed.action === 'queue' ? deed.members : undefined;
  return addMembers(plain, isMarked ? { ...members, tick: markOf(name, at) } : members);
}
