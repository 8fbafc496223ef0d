import { EventEmitter } from 'node:events';
import type { Cluster, RedisOptions } from 'ioredis';
import { isReskueError, ReskueError } from '../errors/reskue-error.js';
import { createKeys, joinKey, type Keys } from '../keys/keys.js';
import type { RestOperands, Script, ScriptArgument } from '../scripts/define-script.js';
import { runScript } from '../scripts/run-script.js';
import { checkClusterNamespace } from './check-cluster-namespace.js';
import { listenTo } from './client-listeners.js';
import { clientOptions, cloneableOptions, describeTarget } from './client-options.js';
import { closeClient } from './close-client.js';
import {
  resolveConnectionOptions,
  type ConnectionOptions,
  type Dialect,
  type ResolvedConnectionOptions,
} from './connection-options.js';
import { evictionWarning } from './eviction-warning.js';
import { explainFailure, isReason } from './explain-failure.js';
import { definePopAndStoreJob } from './pop-and-store-job.js';
import { probeServer, type Probe, type ProbeResult } from './probe-server.js';
import { copyClient, isCluster, isMock, openClient, type RedisClient } from './redis-client.js';
import { scanKeys } from './scan-keys.js';

/**
 * One client of Redis and the names of the keys on it. node-resque 9's class, whole.
 *
 * States: new; `connect()` opens or adopts a client and listens to it; from then on the client comes and goes with the
 * server by itself (`connected` tells whether it once stood and has not ended); `end()` takes the listeners off and closes
 * the client if it is our own. After `end()`, `connect()` begins anew. An own client that could not connect goes on trying
 * until `end()`, except where waiting cannot help (a refused password, no Redis, a namespace without a hash tag).
 *
 * Events: `error`: what the client reports, and a test write that was refused; without a listener it is dropped, for the
 * commands that fail by it reject. `warning` (error with a code): Redis is set up so that jobs may get lost.
 */
export class Connection extends EventEmitter {
  readonly options: ResolvedConnectionOptions;
  connected = false;
  /** The client, from `connect()` on. */
  declare redis: RedisClient;
  #connecting: Promise<void> | undefined;
  #stopListening: (() => void) | undefined;
  #ended = new AbortController();
  #keys: { namespace: string; isText: boolean; keys: Keys } | undefined;

  /** As many Workers may share it as a process has. @throws RESKUE_OPTION_INVALID, RESKUE_PKG_UNSUPPORTED */
  constructor(options: ConnectionOptions = {}) {
    super();
    this.setMaxListeners(0);
    this.options = resolveConnectionOptions(options);
  }

  /** The names of all keys under the namespace of this moment. */
  get keys(): Keys {
    const { namespace } = this.options;
    // A text is compared as it is: this is asked for with each job.
    const isText = typeof namespace === 'string';
    const text = isText ? namespace : JSON.stringify(namespace);
    if (this.#keys?.namespace !== text || this.#keys.isText !== isText)
      this.#keys = { namespace: text, isText, keys: createKeys(namespace) };
    return this.#keys.keys;
  }

  get dialect(): Dialect {
    return this.options.dialect;
  }

  /**
   * The client, for sending commands.
   * @throws RESKUE_NOT_CONNECTED before `connect()`, and after `end()` of a client of our own.
   */
  get client(): RedisClient {
    // Declared as present, for node-resque's users; it is not before connect().
    const client = this.redis as RedisClient | undefined;
    if (client === undefined)
      throw new ReskueError('RESKUE_NOT_CONNECTED', 'Not connected: await connect() first');
    if (this.#ended.signal.aborted && this.#isOwn) {
      throw new ReskueError('RESKUE_NOT_CONNECTED', 'Not connected: end() was called; await connect() again');
    }
    return client;
  }

  /**
   * Connects, and resolves once a key could be written and read. Calling it again while connected does nothing.
   * @throws RESKUE_CONNECTION_FAILED within `commandTimeout`, RESKUE_AUTH_FAILED, RESKUE_NOT_REDIS,
   * RESKUE_CLUSTER_NAMESPACE, RESKUE_CONNECTION_ENDED
   */
  connect(): Promise<void> {
    if (this.#connecting !== undefined) return this.#connecting;
    if (this.connected) return Promise.resolve();
    const connecting = this.#connect().finally(() => {
      if (this.#connecting === connecting) this.#connecting = undefined;
    });
    this.#connecting = connecting;
    return connecting;
  }

  /** Stops at once: takes the listeners off the client, and closes it unless it was handed in. */
  end(): void {
    this.#ended.abort();
    this.#connecting = undefined;
    this.#letGo();
  }

  /** Defines `redis.popAndStoreJob` for code that calls it. Does nothing on ioredis-mock, whose Lua has no cjson. */
  loadLua(): void {
    if (this.options.pkg !== 'ioredis-mock' && !isMock(this.redis)) definePopAndStoreJob(this.redis);
  }

  /** The key of these parts under the namespace of this moment; blank parts are left out. */
  key(...parts: unknown[]): string {
    return joinKey(this.options.namespace, parts);
  }

  /**
   * All keys of the whole database that match a pattern, each once, appended to `found`. Slow on a big database.
   * Without a client it emits an `error` and gives nothing.
   */
  async getKeys(
    match: string,
    count: number | null = null,
    found: string[] = [],
    _cursor = 0,
  ): Promise<string[]> {
    const client = this.redis as RedisClient | undefined;
    if (client === undefined) {
      this.#report(
        new ReskueError('RESKUE_NOT_CONNECTED', 'Not connected: await connect() before getKeys()'),
      );
      return found;
    }
    const known = new Set(found);
    const keys = await scanKeys(client, match, count ?? this.options.scanCount);
    for (const key of keys) if (!known.has(key)) found.push(key);
    return found;
  }

  /** Runs a script on the client; rejects with RESKUE_NOT_CONNECTED before `connect()`. */
  async run<Key extends string, Arg extends string, Reply>(
    script: Script<Key, Arg, Reply>,
    keys: Readonly<Record<NoInfer<Key>, string>>,
    args: Readonly<Record<NoInfer<Arg>, ScriptArgument>>,
    rest?: RestOperands,
  ): Promise<Reply> {
    return runScript(this.client, script, keys, args, rest);
  }

  /**
   * One more client of the same server, for blocking calls: its commands have no timeout and outlive an outage, unless
   * `overrides` says otherwise. The caller closes it (`closeClient`). Its error events are heard, and left to the commands
   * that reject by them; outages are reported by the first client.
   */
  duplicate(overrides: RedisOptions = {}): RedisClient {
    const client = this.client;
    const options: RedisOptions = {
      commandTimeout: undefined,
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      ...overrides,
    };
    const copy: RedisClient = isCluster(client)
      ? client.duplicate([], { redisOptions: perNode(client, options) })
      : copyClient(client, options);
    copy.on('error', () => {});
    return copy;
  }

  /** Options as plain data with which another thread can `openClient()`; undefined where that is impossible. */
  threadOptions(): RedisOptions | undefined {
    const client = this.client;
    return isCluster(client) || isMock(client) ? undefined : cloneableOptions(client.options);
  }

  get #isOwn(): boolean {
    return this.options.redis === undefined;
  }

  async #connect(): Promise<void> {
    if (this.#ended.signal.aborted) this.#ended = new AbortController();
    const { info, refused } = await this.#probe(this.#adopt(), this.#ended.signal);
    this.connected = true;
    // A server that is full or read-only can still be drained or looked at.
    if (refused !== undefined) this.#report(refused);
    const warning = evictionWarning(info);
    if (warning !== undefined) this.emit('warning', warning);
  }

  async #probe(client: RedisClient, ended: AbortSignal): Promise<ProbeResult> {
    let heard: unknown;
    try {
      if (isCluster(client)) checkClusterNamespace(prefixOf(client) + this.keys.prefix);
      const probe: Probe = {
        client,
        testKey: this.keys.connectionTest,
        database: this.#isOwn ? this.options.database : undefined,
        deadlineMs: this.options.commandTimeout,
        ended,
      };
      return await probeServer(probe, (error) => {
        if (isReason(error)) heard = error;
      });
    } catch (error) {
      const target = isCluster(client) ? 'the cluster' : describeTarget(client.options);
      const failure = isReskueError(error) ? error : explainFailure(target, error, heard);
      // Waiting helps against an outage only; end() has let go already.
      if (failure.code !== 'RESKUE_CONNECTION_FAILED' && !ended.aborted) this.#letGo();
      throw failure;
    }
  }

  /** The client to use: the one that is there and alive, the one handed in, or a new one. */
  #adopt(): RedisClient {
    const current = this.redis as RedisClient | undefined;
    if (this.#stopListening !== undefined && current !== undefined && current.status !== 'end')
      return current;
    this.#stopListening?.();
    const client = this.options.redis ?? openClient(clientOptions(this.options));
    this.redis = client;
    this.#stopListening = listenTo(client, {
      error: (error) => this.#report(error),
      end: () => (this.connected = false),
      // While connecting, the probe has the say.
      ready: () => (this.connected = this.#connecting === undefined),
    });
    this.loadLua();
    return client;
  }

  #letGo(): void {
    this.connected = false;
    this.#stopListening?.();
    this.#stopListening = undefined;
    const client = this.redis as RedisClient | undefined;
    if (client !== undefined && this.#isOwn && client.status !== 'end') closeClient(client);
  }

  #report(error: unknown): void {
    // EventEmitter throws an error event that nobody listens to; in a socket's callback that would end the process.
    if (this.listenerCount('error') > 0) this.emit('error', error);
  }
}

const prefixOf = (client: RedisClient): string => {
  const prefix: unknown = Reflect.get(client.options, 'keyPrefix');
  return typeof prefix === 'string' ? prefix : '';
};

/** An object: what each node's client takes is spelt differently by ioredis 5 and 6. */
const perNode = (client: Cluster, options: RedisOptions): object =>
  Object.assign({}, client.options.redisOptions, options);
