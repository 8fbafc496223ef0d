import { rubyHeartbeat, type Connection } from '@reskue/core/protocol';
import type { SlotIdentity } from './engine/slot.js';
import { redisNow } from './redis-clock.js';
import type { WorkerEvents } from './worker-events.js';

/** The Worker as far as its signs of life go. */
export interface PingingWorker {
  readonly connection: Connection;
  readonly options: { readonly timeout: number };
  /** It is off the list, or about to be: nobody would take its ping away any more. */
  readonly isOff: boolean;
  stringQueues(): string;
  tell(event: 'ping', ...given: WorkerEvents['ping']): void;
  report(error: Error): void;
}

/** Ruby's workers take one for dead that is silent for 300 s; they themselves beat every 60 s. */
const longestBeatMs = 60_000;

/** Milliseconds between two pings. */
export const pingEveryMs = ({ connection, options }: PingingWorker): number =>
  connection.dialect === 'ruby' ? Math.min(options.timeout, longestBeatMs) : options.timeout;

/** Gives a sign of life and tells of it; what fails is an `error` event. Never rejects. */
export async function ping(worker: PingingWorker, identity: SlotIdentity): Promise<void> {
  try {
    const nowMs = worker.isOff ? undefined : await redisNow(worker.connection.client);
    // Asked again: it may have ended meanwhile.
    if (nowMs === undefined || worker.isOff) return;
    worker.tell('ping', await writePing(worker.connection, nowMs, identity, worker.stringQueues()));
  } catch (error) {
    if (!worker.isOff) worker.report(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * node-resque's sign of life, by which its schedulers find stuck workers, and in dialect `ruby` also Ruby's heartbeat. Both
 * by Redis's clock: one whose own clock is an hour slow is not stuck. The first goes through the client's `set` as it is
 * at that moment. Gives its epoch second.
 */
async function writePing(
  { client, keys, dialect }: Connection,
  nowMs: number,
  { name, workerId }: SlotIdentity,
  queues: string,
): Promise<number> {
  const time = Math.round(nowMs / 1000);
  const written: Promise<unknown>[] = [client.set(keys.ping(name), JSON.stringify({ time, name, queues }))];
  // With it, not after it: the worker may end in between.
  if (dialect === 'ruby') written.push(client.hset(keys.heartbeat, workerId, rubyHeartbeat(nowMs)));
  await Promise.all(written);
  return time;
}
