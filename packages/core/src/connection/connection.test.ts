import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { defineScript } from '../scripts/define-script.js';
import { closeClient } from './close-client.js';
import { Connection } from './connection.js';
import type { ConnectionOptions } from './connection-options.js';
import { isCluster } from './redis-client.js';

const server = redisServer();

async function withConnection(
  options: ConnectionOptions,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = new Connection({ ...server.connection, ...options });
  try {
    await connection.connect();
    await use(connection);
  } finally {
    connection.end();
  }
}

test('an own client has one error and one end listener after connect, and none after end', async () => {
  const connection = new Connection(server.connection);
  await connection.connect();
  expect(connection.connected).toBe(true);
  expect(connection.redis.listenerCount('error')).toBe(1);
  expect(connection.redis.listenerCount('end')).toBe(1);
  connection.end();
  expect(connection.redis.listenerCount('error')).toBe(0);
  expect(connection.redis.listenerCount('end')).toBe(0);
  expect(connection.connected).toBe(false);
});

test('connecting twice, at once or later, keeps one client', async () => {
  await withConnection({}, async (connection) => {
    const { redis } = connection;
    await Promise.all([connection.connect(), connection.connect()]);
    expect(connection.redis).toBe(redis);
    expect(redis.listenerCount('error')).toBe(1);
  });
});

test('after end(), connect() begins anew', async () => {
  const connection = new Connection(server.connection);
  await connection.connect();
  const first = connection.redis;
  connection.end();
  connection.end();
  await connection.connect();
  expect(connection.redis).not.toBe(first);
  expect(await connection.redis.ping()).toBe('PONG');
  connection.end();
});

test('the test key goes by itself', async () => {
  await withConnection({}, async () => {
    expect(await server.redis.get('resque:connection_test_key')).toBe('ok');
    expect(await server.redis.pttl('resque:connection_test_key')).toBeGreaterThan(0);
  });
});

test('the database is selected, also when it comes as text', async () => {
  await withConnection({ database: '3' }, async (connection) => {
    await connection.redis.set('where', 'three');
    expect(await server.redis.get('where')).toBe(null);
    const raw = server.client({ db: 3 });
    expect(await raw.get('where')).toBe('three');
  });
});

test('a database that the server does not have is refused', async () => {
  const connection = new Connection({ ...server.connection, database: 9_999 });
  await expect(connection.connect()).rejects.toMatchObject({
    code: 'RESKUE_OPTION_INVALID',
    message: expect.stringContaining('DB index is out of range') as string,
  });
  expect(connection.connected).toBe(false);
  await until(() => connection.redis.status === 'end');
});

test('the options of the caller stay as they were', () => {
  const options = Object.freeze({ host: 'localhost', options: Object.freeze({ password: 'secret' }) });
  const connection = new Connection(options);
  expect(connection.options).toMatchObject({
    host: 'localhost',
    port: 6379,
    namespace: 'resque',
    pkg: 'ioredis',
  });
  connection.options.namespace = 'other';
  expect(options).toEqual({ host: 'localhost', options: { password: 'secret' } });
});

test('keys follow the namespace of the moment', () => {
  const connection = new Connection();
  expect(connection.key('thing')).toBe('resque:thing');
  connection.options.namespace = ['custom', 'namespace'];
  expect(connection.key('queue', 'a', ' ', '')).toBe('custom:namespace:queue:a');
  expect(connection.keys.queue('a')).toBe('custom:namespace:queue:a');
  connection.options.namespace = '';
  expect(connection.key('thing')).toBe('thing');
  expect(connection.key('worker', 'x', undefined, 'started')).toBe('worker:x::started');
  expect(connection.keys.queues).toBe('queues');
});

test('the keys object is made once for a namespace', () => {
  const connection = new Connection();
  expect(connection.keys).toBe(connection.keys);
});

test('getKeys finds every key once, over the whole database, and appends', async () => {
  await withConnection({}, async (connection) => {
    await server.redis.mset(
      Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`test-key${at}`, 'x'])),
    );
    await server.redis.set('other', 'x');
    const found = await connection.getKeys('test-key*');
    expect(found).toHaveLength(500);
    expect(new Set(found).size).toBe(500);
    expect(await connection.getKeys('oth*', 50, ['before'])).toEqual(['before', 'other']);
  });
});

test('getKeys before connect() gives nothing and tells', async () => {
  const connection = new Connection();
  const errors: unknown[] = [];
  connection.on('error', (error) => errors.push(error));
  expect(await connection.getKeys('*')).toEqual([]);
  expect(errors).toMatchObject([{ code: 'RESKUE_NOT_CONNECTED' }]);
});

const echo = defineScript({
  name: 'echo',
  source: 'return { KEYS[1], ARGV[1] }',
  keys: ['key'],
  args: ['text'],
  decode: (reply) => reply,
});

test('run() runs a script, and rejects before connect() and after end()', async () => {
  const connection = new Connection(server.connection);
  const run = (): Promise<unknown> => connection.run(echo, { key: 'k' }, { text: 't' });
  await expect(run()).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
  await connection.connect();
  expect(await run()).toEqual(['k', 't']);
  connection.end();
  await expect(run()).rejects.toMatchObject({ code: 'RESKUE_NOT_CONNECTED' });
});

test('a connection that comes back is connected again, and works', async () => {
  await withConnection({}, async (connection) => {
    const ended = new Promise((resolve) => connection.redis.once('close', resolve));
    await server.restart();
    await ended;
    expect(await connection.redis.ping()).toBe('PONG');
    expect(connection.connected).toBe(true);
  });
});

test('an outage without an error listener ends no process', async () => {
  await withConnection({}, async (connection) => {
    const broken = new Promise((resolve) => connection.redis.once('reconnecting', resolve));
    await server.restart();
    await broken;
    expect(await connection.redis.ping()).toBe('PONG');
  });
});

test('a duplicate blocks without a timeout and outlives an outage', async () => {
  await withConnection({ commandTimeout: 100 }, async (connection) => {
    const copy = connection.duplicate();
    const waiting = copy.blpop('list', 0);
    await until(async () => /cmd=blpop/.test(String(await server.redis.client('LIST'))));
    await server.restart();
    await until(async () => /cmd=blpop/.test(String(await server.redis.client('LIST'))));
    await server.redis.rpush('list', 'x');
    expect(await waiting).toEqual(['list', 'x']);
    expect(copy.listenerCount('error')).toBe(1);
    closeClient(copy);
  });
});

/** Whether who is told of data is told by the socket itself, not a tick later by the buffer of its stream. */
const isToldBySocket = (): boolean => /onStreamRead/.test(String(new Error().stack));

type Which = 'an own client' | 'a duplicate' | 'a duplicate of a client that was handed in';

test.each<Which>(['an own client', 'a duplicate', 'a duplicate of a client that was handed in'])(
  '%s reads a reply when its socket has it, also after an outage',
  async (which) => {
    const redis = which.endsWith('handed in') ? server.client() : undefined;
    await withConnection(redis ? { redis } : {}, async (connection) => {
      const client = which === 'an own client' ? connection.redis : connection.duplicate();
      if (isCluster(client)) throw new Error('it is none');
      for (let round = 1; round <= 2; round += 1) {
        await client.ping();
        const seen: boolean[] = [];
        // As ioredis does: that alone lets Node keep what comes for a tick.
        client.stream.prependListener('data', () => seen.push(isToldBySocket()));
        await client.ping();
        expect(seen).toEqual([true]);
        client.disconnect(true);
      }
      closeClient(client);
    });
  },
);

test('a command without a reply is rejected after commandTimeout', async () => {
  await withConnection({ commandTimeout: 50 }, async (connection) => {
    await expect(connection.redis.blpop('never', 0)).rejects.toThrow('Command timed out');
  });
});

test('a client of another thread can be opened from threadOptions()', async () => {
  await withConnection({ database: 2, options: { retryStrategy: () => 1 } }, async (connection) => {
    const options = connection.threadOptions();
    expect(structuredClone(options)).toMatchObject({ path: server.socket, db: 2 });
    expect(options).not.toHaveProperty('retryStrategy');
  });
});

test('threadOptions() gives nothing where leaving out functions would change the way to the server', async () => {
  await withConnection({}, async (connection) => {
    connection.redis.options = {
      ...connection.redis.options,
      tls: { checkServerIdentity: () => undefined },
    };
    expect(connection.threadOptions()).toBe(undefined);
  });
});
