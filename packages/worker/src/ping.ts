import type { Connection } from '@reskue/core/protocol';

/**
 * node-resque's sign of life, by which its schedulers find stuck workers. It goes through the client's `set` as it is at
 * that moment. Rejects with Redis's error.
 */
export async function writePing(connection: Connection, name: string, queues: string): Promise<number> {
  const time = Math.round(Date.now() / 1000);
  await connection.client.set(connection.keys.ping(name), JSON.stringify({ time, name, queues }));
  return time;
}
