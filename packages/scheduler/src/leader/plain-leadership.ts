import type { Connection } from '@reskue/core';

// What the scripts do, in plain commands and with node-resque's lock alone: for the in-memory clients of ioredis-mock.

export async function leadsPlainly({ client, keys }: Connection, name: string): Promise<boolean> {
  return (await client.get(keys.leaderLock)) === name;
}

export async function resignPlainly(connection: Connection, name: string): Promise<void> {
  if (await leadsPlainly(connection, name)) await connection.client.del(connection.keys.leaderLock);
}
