import { startRedis, type RedisOptions, type RedisServer } from '@reskue/redis-server';
import { Redis, type RedisOptions as ClientOptions } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { handlesLeft, openHandles, type Handles } from './handles.js';
import { strangers } from './strangers.js';
import { until } from './until.js';

/** A test file's own real Redis server. */
export interface TestServer {
  /** Path of the Unix socket. */
  readonly socket: string;
  /** Details for a `Connection`, a new object each time. */
  readonly connection: { path: string };
  /** A raw client, flushed before each test. */
  readonly redis: Redis;
  /** The server itself: `kill()`, `restart()`, `pid`, `url`, `port`. */
  readonly server: RedisServer;
  /** One more raw client, closed after the test. */
  client(options?: ClientOptions): Redis;
  /** Restarts the server and resolves when the raw client is back. */
  restart(): Promise<void>;
}

const ownClient = 'testkit';

/**
 * Gives the test file a private server: call it once at the top, outside of tests. Each test finds it empty, and its
 * statistics at zero: also one that is tried again. After the
 * file it must stand as before: a connection or a handle that was left open fails the file and is named.
 */
export const redisServer = (options: RedisOptions = {}): TestServer => {
  let server: RedisServer | undefined;
  let redis: Redis | undefined;
  let before: Handles = {};
  const clients = new Set<Redis>();

  const present = <Part>(part: Part | undefined): Part => {
    if (part === undefined) throw new Error('redisServer(): the server runs in tests and hooks only');
    return part;
  };
  const connect = (more: ClientOptions): Redis => {
    const client = new Redis({ ...more, path: present(server).socket, replyMapping: 'legacy' });
    // The tests stop and kill servers; ioredis reports each attempt in between.
    client.on('error', () => {});
    return client;
  };

  beforeAll(async () => {
    before = openHandles();
    server = await startRedis(options);
    redis = connect({ connectionName: ownClient, retryStrategy: () => 10 });
  });
  beforeEach(async () => {
    await present(redis).flushall();
    await present(redis).config('RESETSTAT');
  });
  afterEach(() => {
    for (const client of clients) client.disconnect();
    clients.clear();
  });
  afterAll(async () => {
    if (server === undefined || redis === undefined) return;
    const [client, running] = [redis, server];
    const left = await until(async () => (await strangers(client, ownClient)).length === 0, {
      timeoutMs: 1_000,
    })
      .then(() => [])
      .catch(() => strangers(client, ownClient));
    client.disconnect();
    await running.stop();
    if (left.length > 0) throw new Error(`connections that this file left open:\n${left.join('\n')}`);
    await until(() => handlesLeft(before).length === 0, { timeoutMs: 1_000 }).catch(() => {
      throw new Error(`handles that this file left open: ${handlesLeft(before).join('; ')}`);
    });
  });

  return {
    get socket() {
      return present(server).socket;
    },
    get connection() {
      return { path: present(server).socket };
    },
    get redis() {
      return present(redis);
    },
    get server() {
      return present(server);
    },
    client: (more = {}) => {
      const client = connect(more);
      clients.add(client);
      return client;
    },
    restart: async () => {
      await present(server).restart();
      await until(() => present(redis).ping());
    },
  };
};
