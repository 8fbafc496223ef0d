import type { Connection } from '@reskue/core';

/** Redis answers within a second: a socket that is open says nothing of a server that stands still. */
export async function answersPing(connection: Connection): Promise<boolean> {
  if (!connection.connected || connection.client.status !== 'ready') return false;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), 1_000)));
  const pinged = connection.client.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([pinged, late]).finally(() => clearTimeout(timer));
}
