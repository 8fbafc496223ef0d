import { randomBytes } from 'node:crypto';
import type { ConnectionOptions } from '@reskue/core';
import { startRedis } from '@reskue/redis-server';
import { openRedis } from '../../command/open-redis.js';
import type { ConnectionConfig } from '../../config/connection-config.js';

/** Where the demo works. */
export interface DemoRedis {
  /** What there is to say of it. */
  about: string;
  /** For one part of the demo. */
  connection(part: string): ConnectionOptions;
  /** Leaves nothing behind. */
  close(): Promise<void>;
}

// With braces: of a cluster all keys must be in one slot.
const makeNamespace = (): string => `{reskue-demo-${randomBytes(4).toString('hex')}}`;

/** A private server, gone at the end. */
export async function privateRedis(): Promise<DemoRedis> {
  const server = await startRedis();
  const namespace = makeNamespace();
  return {
    about: `Redis: a private server, namespace ${namespace}`,
    connection: (part) => ({ path: server.socket, namespace: `${namespace}:${part}` }),
    close: () => server.stop(),
  };
}

/**
 * The server that is configured, under a namespace that nobody else has; no key of it is left at the end.
 * @throws CommandStop (unreachable)
 */
export async function configuredRedis(
  config: ConnectionConfig,
  warn: (text: string) => void,
): Promise<DemoRedis> {
  const namespace = makeNamespace();
  const redis = await openRedis({ ...config, namespace }, warn);
  return {
    about: `Redis: the one that is configured, namespace ${namespace}`,
    connection: (part) => ({ ...config, namespace: `${namespace}:${part}` }),
    async close() {
      const keys = await redis.connection.getKeys(`${namespace}:*`, 1_000);
      if (keys.length > 0) await redis.connection.client.unlink(...keys);
      await redis.close();
    },
  };
}
