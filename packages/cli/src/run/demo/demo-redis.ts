import { randomBytes } from 'node:crypto';
import { Connection, type ConnectionOptions } from '@reskue/core';
import { startRedis } from '@reskue/redis-server';

export interface DemoRedis {
  /** What there is to say of it. */
  about: string;
  /** For one part of the demo. */
  connection(part: string): ConnectionOptions;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

/** Where the demo works: the given server, under a namespace that nobody else has; else a private one. */
export async function demoRedis(given: ConnectionOptions | undefined): Promise<DemoRedis> {
  const server = given ? undefined : await startRedis();
  // Of a cluster all keys must be in one slot.
  const namespace = `{reskue-demo-${randomBytes(4).toString('hex')}}`;
  const target = given ?? { path: server?.socket };
  return {
    about: `Redis: ${given ? 'the one that is configured' : 'a private server'}, namespace ${namespace}`,
    connection: (part) => ({ ...target, namespace: `${namespace}:${part}` }),
    async close() {
      if (server) await server.stop();
      else await clear({ ...target, namespace });
    },
  };
}

async function clear(options: ConnectionOptions): Promise<void> {
  const connection = new Connection(options);
  await connection.connect();
  const keys = await connection.getKeys(`${connection.key()}:*`, 1_000);
  if (keys.length > 0) await connection.client.unlink(...keys);
  connection.end();
}
