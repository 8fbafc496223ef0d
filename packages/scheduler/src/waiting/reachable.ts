import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@reskue/core';

/** A Redis that says nothing for so long is taken for gone. */
const silenceMs = 2_000;
const askEveryMs = 500;

/** Whether commands go out to Redis at this moment. */
export function isReachable(connection: Connection): boolean {
  try {
    // ioredis-mock has no status.
    const status = connection.client.status as string | undefined;
    return status === undefined || status === 'ready';
  } catch {
    return false;
  }
}

/** Waits for the work for as long as Redis answers; true when it came to its end, be it an error. */
export async function settledWhileReachable(
  connection: Connection,
  work: Promise<unknown>,
): Promise<boolean> {
  const settled = new AbortController();
  const { signal } = settled;
  const end = (): void => settled.abort();
  void work.then(end, end);
  // What is settled already is no work.
  await pause(0, signal);
  while (!signal.aborted && (await answers(connection, signal))) await pause(askEveryMs, signal);
  return signal.aborted;
}

/** Whether Redis answers in time; also true when the work has settled meanwhile. */
async function answers(connection: Connection, settled: AbortSignal): Promise<boolean> {
  if (!isReachable(connection)) return false;
  const over = new AbortController();
  const ping = connection.client.ping().then(
    () => true,
    () => false,
  );
  const silence = pause(silenceMs, AbortSignal.any([settled, over.signal])).then(() => settled.aborted);
  const answered = await Promise.race([ping, silence]);
  over.abort();
  return answered;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => {});
