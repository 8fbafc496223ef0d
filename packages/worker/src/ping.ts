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
  /** Whoever clears it stops the pings of this worker. */
  pingTimer: NodeJS.Timeout | undefined;
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
  await pingTogether(worker.connection, [{ worker, identity }]);
}

/** Signs of life of workers that go to one Redis and namespace, over one of their connections. Never rejects. */
export async function pingTogether(
  connection: Connection,
  pings: readonly { worker: PingingWorker; identity: SlotIdentity }[],
): Promise<void> {
  const alive = (): typeof pings => pings.filter(({ worker }) => !worker.isOff);
  if (alive().length === 0) return;
  try {
    const nowMs = await redisNow(connection.client);
    // Asked again: some may have ended meanwhile.
    const present = alive();
    if (present.length === 0) return;
    const time = await writePings(connection, nowMs, present);
    for (const { worker } of present) worker.tell('ping', time);
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error));
    for (const { worker } of alive()) worker.report(reason);
  }
}

/**
 * node-resque's sign of life, by which its schedulers find stuck workers, and in dialect `ruby` also Ruby's heartbeat. Both
 * by Redis's clock: one whose own clock is an hour slow is not stuck. That of a single worker goes through the client's
 * `set` as it is at that moment. Gives the epoch second.
 */
async function writePings(
  { client, keys, dialect }: Connection,
  nowMs: number,
  pings: readonly { worker: PingingWorker; identity: SlotIdentity }[],
): Promise<number> {
  const time = Math.round(nowMs / 1000);
  const texts = pings.flatMap(({ worker, identity: { name } }) => [
    keys.ping(name),
    JSON.stringify({ time, name, queues: worker.stringQueues() }),
  ]);
  const [key = '', text = ''] = texts;
  const written: Promise<unknown>[] = [pings.length === 1 ? client.set(key, text) : client.mset(texts)];
  if (dialect === 'ruby') {
    const beat = rubyHeartbeat(nowMs);
    const beats = pings.flatMap(({ identity }) => [identity.workerId, beat]);
    // With them, not after them: the worker may end in between.
    written.push(client.hset(keys.heartbeat, ...beats));
  }
  await Promise.all(written);
  return time;
}
