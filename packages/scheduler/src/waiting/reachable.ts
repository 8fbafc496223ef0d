import type { Connection } from '@reskue/core';

/** Longer than a command may take before it times out. */
const longestMs = 10_000;

/** Whether commands get to Redis at this moment. */
export function isReachable(connection: Connection): boolean {
  try {
    return connection.client.status === 'ready';
  } catch {
    return false;
  }
}

/** Waits for the work, but no longer than Redis is there to do it with. The work's own error is its caller's business. */
export async function settledWhileReachable(connection: Connection, work: Promise<unknown>): Promise<void> {
  const done = work.catch(() => {});
  if (!isReachable(connection)) {
    // What is settled already, or needs no Redis, gets its turn.
    await Promise.race([done, new Promise((resolve) => setImmediate(resolve))]);
    return;
  }
  const { client } = connection;
  let giveUp: () => void = () => {};
  const gone = new Promise<void>((resolve) => (giveUp = resolve));
  const timer = setTimeout(giveUp, longestMs);
  client.once('close', giveUp);
  await Promise.race([done, gone]);
  client.removeListener('close', giveUp);
  clearTimeout(timer);
}
