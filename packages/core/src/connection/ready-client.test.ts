import { redisServer, until } from '@reskue/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { Connection } from './connection.js';

const server = redisServer();
const listeners = (client: Redis): number[] =>
  ['error', 'end', 'ready'].map((event) => client.listenerCount(event));

test('a handed-in client is used, listened to, and left open and as it was', async () => {
  const redis = server.client();
  const before = [...listeners(redis), redis.getMaxListeners()];
  const connection = new Connection({ redis, host: 'no-such-host.invalid' });
  await connection.connect();
  await connection.connect();
  expect(connection.redis).toBe(redis);
  expect(listeners(redis)).toEqual(before.slice(0, 3).map((count) => count + 1));
  connection.end();
  expect(connection.connected).toBe(false);
  expect([...listeners(redis), redis.getMaxListeners()]).toEqual(before);
  expect(await redis.ping()).toBe('PONG');
  // As in node-resque, what holds the connection may go on using the client.
  expect(await connection.client.ping()).toBe('PONG');
});

test('many connections share a client without a warning of a leak', async () => {
  const redis = server.client();
  const warnings: Error[] = [];
  const heard = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', heard);
  const connections = Array.from({ length: 100 }, () => new Connection({ redis }));
  await Promise.all(connections.map((connection) => connection.connect()));
  for (const connection of connections) connection.end();
  // Warnings are emitted in the next tick.
  await redis.ping();
  process.off('warning', heard);
  expect(warnings).toEqual([]);
});

test('a handed-in client that is down: connect() rejects, and the connection stands when the client does', async () => {
  const redis = server.client({ maxRetriesPerRequest: null, retryStrategy: () => 10 });
  await redis.ping();
  await server.server.kill();
  const connection = new Connection({ redis, commandTimeout: 100 });
  await expect(connection.connect()).rejects.toMatchObject({
    code: 'RESKUE_CONNECTION_FAILED',
    message: expect.stringContaining(server.socket) as string,
  });
  expect(connection.connected).toBe(false);
  await server.restart();
  await until(() => connection.connected);
  expect(Reflect.get(connection.redis, 'popAndStoreJob')).toBeTypeOf('function');
  connection.end();
});

test('a client without an offline queue, not connected yet, is waited for', async () => {
  const redis = server.client({ enableOfflineQueue: false, lazyConnect: true });
  const connection = new Connection({ redis });
  await connection.connect();
  expect(connection.connected).toBe(true);
  connection.end();
});

test('behind a keyPrefix the texts of keys stay as they are, and Redis holds them with the prefix', async () => {
  const redis = server.client({ keyPrefix: 'mine:' });
  const connection = new Connection({ redis, namespace: 'ns' });
  await connection.connect();
  expect(connection.key('thing')).toBe('ns:thing');
  await connection.redis.set(connection.key('thing'), 'x');
  expect(await server.redis.get('mine:ns:thing')).toBe('x');
  const copy = connection.duplicate();
  expect(await copy.get('ns:thing')).toBe('x');
  copy.disconnect();
  connection.end();
});

test('popAndStoreJob stores the payload as it is', async () => {
  const redis = server.client();
  const connection = new Connection({ redis });
  await connection.connect();
  const payload = '{"class":"a/b","args":[],"big":12345678901234567890,"f":1.0}';
  await redis.rpush('resque:queue:q', payload, 'not json');
  const command: unknown = Reflect.get(redis, 'popAndStoreJob');
  if (typeof command !== 'function') throw new Error('popAndStoreJob is not defined');
  const operands = ['resque:queue:q', 'resque:worker:w:q', 'now', 'q', 'w'];
  const pop = async (): Promise<unknown> => Reflect.apply(command, redis, operands);
  expect(await pop()).toBe(payload);
  const text = await redis.get('resque:worker:w:q');
  expect(text).toBe(`{"run_at":"now","queue":"q","worker":"w","payload":${payload}}`);
  expect(await pop()).toBe('not json');
  expect(JSON.parse((await redis.get('resque:worker:w:q')) ?? '')).toMatchObject({ payload: 'not json' });
  expect(await pop()).toBe(null);
  connection.end();
});

test('on ioredis-mock no Lua is loaded, and no INFO asked for', async () => {
  class RedisMock extends Redis {
    readonly used: string[] = [];
    override defineCommand(): void {
      this.used.push('defineCommand');
    }
    override info(): never {
      throw new Error('unknown command');
    }
  }
  const redis = new RedisMock({ ...server.connection, enableReadyCheck: false });
  const connection = new Connection({ redis });
  await connection.connect();
  expect(connection.options.pkg).toBe('ioredis-mock');
  expect(redis.used).toEqual([]);
  expect(connection.threadOptions()).toBe(undefined);
  connection.end();
  redis.disconnect();
});
