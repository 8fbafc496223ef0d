import { Redis } from 'ioredis';
import type { Cluster, RedisOptions } from 'ioredis';
import { mayUseSlabs, SlabConnector } from './slab-connector.js';

/** An ioredis client, 5 or 6, of one server or of a cluster. */
export type RedisClient = Redis | Cluster;

/** A ready client as an option takes it: by shape, so that a client of another ioredis copy is welcome too. */
export interface ReadyClient {
  readonly status: string;
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<unknown>;
  duplicate(): unknown;
  disconnect(): void;
  // any: an event listener takes whatever the event brings; ioredis declares the same.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what ioredis declares
  on(event: string | symbol, listener: (...args: any[]) => void): unknown;
}

/** True for a cluster client, from any copy of ioredis. */
export function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster;
}

/** True for the in-memory clients of ioredis-mock, which have no cjson in their Lua. */
export function isMock(client: RedisClient): boolean {
  return /^_?RedisMock$/.test(client.constructor.name);
}

/** Milliseconds to wait before the n-th attempt to reconnect: 50, 100, 200 ... 2,000, plus up to a tenth. */
export function reconnectDelay(attempt: number): number {
  const delay = Math.min(50 * 2 ** (attempt - 1), 2_000);
  // Spread, so that a fleet does not come back in one instant.
  return Math.round(delay * (1 + Math.random() / 10));
}

const defaults: RedisOptions = {
  retryStrategy: reconnectDelay,
  // Of a socket that is closed already ioredis waits this long for the closing, and holds up the end of the process.
  disconnectTimeout: 200,
};

/** Opens a client. `given` wins over our defaults; the shapes of replies are always those of ioredis 5. */
export function openClient(given: RedisOptions): Redis {
  // Only ioredis 6 knows replyMapping; by `Record` the literal compiles with 5 as well, which ignores it.
  const shapes: Record<string, unknown> = { replyMapping: 'legacy' };
  const options = { ...defaults, ...given, ...shapes } as RedisOptions & { replyMapping: 'legacy' };
  if (!mayUseSlabs(options)) {
    const client = new Redis(options);
    readAtOnce(client);
    return client;
  }
  const client = new Redis({ ...options, Connector: SlabConnector });
  // Who copies the options may name another way to the server, which ours would not go.
  delete client.options.Connector;
  slabClients.add(client);
  return client;
}

/** Those that read into slabs. */
const slabClients = new WeakSet<Redis>();

/** One more client of the same server, opened as this one was. */
export function copyClient(client: Redis, overrides: RedisOptions): Redis {
  if (slabClients.has(client)) return openClient({ ...client.options, ...overrides });
  const copy = client.duplicate(overrides);
  readAtOnce(copy);
  return copy;
}

/**
 * Has a client read each reply in the moment in which its socket has it. ioredis 6 puts its listener for data in front of
 * others, and that is no sign for Node's streams that somebody reads along: what comes would lie in their buffer for a
 * tick. One more listener, of the common kind, is such a sign.
 */
function readAtOnce(client: Redis): void {
  // Each connection has a stream of its own; a client in memory has none.
  client.on('connect', () => (client.stream as Redis['stream'] | undefined)?.on('data', () => undefined));
}
