import { rubyHeartbeat, type Connection } from '@reskue/core/protocol';
import type { SlotIdentity } from './engine/slot.js';
import { redisNow } from './redis-clock.js';
import type { WorkerEvents } from './worker-events.js';

/** The Worker as far as its signs of life go. */
export interface PingingWorker {
  readonly connection: Connection;
  readonly options: { readonly timeout: number };
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
    worker.tell('ping', await writePing(worker.connection, identity, worker.stringQueues()));
  } catch (error) {
    worker.report(error instanceof Error ? error : new Error(String(error)));
  }
}

/**
 * node-resque's sign of life, by which its schedulers find stuck workers, and in dialect `ruby` also Ruby's heartbeat. Both
 * by Redis's clock: one whose own clock is an hour slow is not stuck. The first goes through the client's `set` as it is
 * at that moment. Gives its epoch second.
 */
async function writePing(
  { client, keys, dialect }: Connection,
  { name, workerId }: SlotIdentity,
  queues: string,
): Promise<number> {
  const nowMs = await redisNow(client);
  const time = Math.round(nowMs / 1000);
  await client.set(keys.ping(name), JSON.stringify({ time, name, queues }));
  if (dialect === 'ruby') {
    await client.hset(keys.heartbeat, workerId, rubyHeartbeat(nowMs));
  }
  return time;
}
