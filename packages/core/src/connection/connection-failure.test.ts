import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { Connection } from './connection.js';
import type { ConnectionOptions } from './connection-options.js';

const server = redisServer();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A connection that is ended after the test, and all error events it gave. */
function attempt(options: ConnectionOptions): { connection: Connection; errors: Error[] } {
  const connection = new Connection(options);
  const errors: Error[] = [];
  connection.on('error', (error: Error) => errors.push(error));
  undo.push(() => connection.end());
  return { connection, errors };
}

async function listening(foreign: Server): Promise<number> {
  const sockets = new Set<Socket>();
  foreign.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => foreign.close(resolve));
  });
  // Of a server that listens on TCP.
  return (foreign.address() as AddressInfo).port;
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const probe = createServer();
  const port = await listening(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('an unknown host: error events with the code of the network, then a rejection', async () => {
  const { connection, errors } = attempt({
    host: 'no-such-host.invalid',
    options: { maxRetriesPerRequest: 1 },
  });
  await expect(connection.connect()).rejects.toMatchObject({
    code: 'RESKUE_CONNECTION_FAILED',
    message: expect.stringMatching(/no-such-host\.invalid:6379: .*(ENOTFOUND|EAI_AGAIN)/) as string,
  });
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) expect(error.message).toMatch(/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN/);
  expect(connection.connected).toBe(false);
});

test('nobody there: rejected within commandTimeout', async () => {
  const port = await freePort();
  const { connection, errors } = attempt({ port, commandTimeout: 200 });
  const began = performance.now();
  await expect(connection.connect()).rejects.toMatchObject({
    code: 'RESKUE_CONNECTION_FAILED',
    message: expect.stringContaining(`127.0.0.1:${port}: connect ECONNREFUSED`) as string,
  });
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(errors[0]).toMatchObject({ code: 'ECONNREFUSED' });
});

test('a server that comes later is found without another connect()', async () => {
  const socket = server.socket;
  await server.server.kill();
  const { connection } = attempt({ path: socket, commandTimeout: 50 });
  await expect(connection.connect()).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_FAILED' });
  await server.restart();
  await until(() => connection.connected);
  expect(await connection.redis.ping()).toBe('PONG');
  expect(connection.redis.listenerCount('error')).toBe(1);
});

test('end() while connecting rejects connect() at once and leaves nothing open', async () => {
  const port = await freePort();
  const { connection, errors } = attempt({ port });
  const connecting = connection.connect();
  const rejected = expect(connecting).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_ENDED' });
  await until(() => errors.length > 0);
  const pending = connection.redis.get('x');
  connection.end();
  await rejected;
  await expect(pending).rejects.toThrow('Connection is closed');
  expect(connection.redis.status).toBe('end');
});

test('a server that wants a password: at once, with the remedy', async () => {
  await server.redis.config('SET', 'requirepass', 'secret');
  undo.push(() => server.redis.config('SET', 'requirepass', ''));
  for (const [options, said] of [
    [{}, /NOAUTH.*set the option password/],
    [{ password: 'wrong' }, /WRONGPASS/],
  ] as const) {
    const { connection } = attempt({ ...server.connection, ...options });
    await expect(connection.connect()).rejects.toMatchObject({
      code: 'RESKUE_AUTH_FAILED',
      message: expect.stringMatching(said) as string,
    });
    await until(() => connection.redis.status === 'end');
  }
});

test('the password is taken from the options, from those of ioredis, and from the URL', async () => {
  await server.redis.config('SET', 'requirepass', 's/cret:');
  undo.push(() => server.redis.config('SET', 'requirepass', ''));
  const ways: ConnectionOptions[] = [
    { ...server.connection, password: 's/cret:' },
    { ...server.connection, options: { password: 's/cret:' } },
    { url: `unix://:${encodeURIComponent('s/cret:')}@${server.socket}?db=1` },
    { ...server.connection, username: 'default', password: 's/cret:' },
  ];
  for (const way of ways) {
    const { connection } = attempt(way);
    await connection.connect();
    expect(await connection.redis.ping()).toBe('PONG');
  }
});

test('a web server is no Redis, which is told at once', async () => {
  const port = await listening(createHttpServer());
  const { connection } = attempt({ port });
  await expect(connection.connect()).rejects.toMatchObject({
    code: 'RESKUE_NOT_REDIS',
    message: expect.stringContaining(`127.0.0.1:${port}`) as string,
  });
  await until(() => connection.redis.status === 'end');
});

test('a server that greets in another protocol is no Redis', async () => {
  const port = await listening(createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
  const { connection } = attempt({ port });
  await expect(connection.connect()).rejects.toMatchObject({ code: 'RESKUE_NOT_REDIS' });
});

test('a server that never answers: rejected at the deadline', async () => {
  const port = await listening(createServer());
  const { connection } = attempt({ port, commandTimeout: 100 });
  await expect(connection.connect()).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_FAILED' });
});

test('a server that hangs up: rejected at the deadline', async () => {
  const port = await listening(createServer((socket) => socket.destroy()));
  const { connection } = attempt({ port, commandTimeout: 100 });
  await expect(connection.connect()).rejects.toMatchObject({ code: 'RESKUE_CONNECTION_FAILED' });
});

test('a full server is connected to, for it can be drained; the refused write is an error event', async () => {
  await server.redis.config('SET', 'maxmemory', '1');
  undo.push(() => server.redis.config('SET', 'maxmemory', '0'));
  const { connection, errors } = attempt(server.connection);
  await connection.connect();
  expect(connection.connected).toBe(true);
  expect(errors).toMatchObject([{ message: expect.stringMatching(/^OOM/) as string }]);
});

test('a read-only replica is connected to, for it can be looked at', async () => {
  await server.redis.replicaof('127.0.0.1', 1);
  undo.push(() => server.redis.replicaof('NO', 'ONE'));
  const { connection, errors } = attempt(server.connection);
  await connection.connect();
  expect(errors).toMatchObject([{ message: expect.stringMatching(/^READONLY/) as string }]);
});

test('a server that throws keys away when it is full is worth a warning', async () => {
  await server.redis.config('SET', 'maxmemory', '100mb', 'maxmemory-policy', 'allkeys-lru');
  undo.push(() => server.redis.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction'));
  const { connection, errors } = attempt(server.connection);
  const warnings: unknown[] = [];
  connection.on('warning', (warning) => warnings.push(warning));
  await connection.connect();
  expect(warnings).toMatchObject([
    { code: 'RESKUE_EVICTION_POLICY', message: expect.stringContaining('allkeys-lru') as string },
  ]);
  expect(errors).toEqual([]);
});

test('a user who may not ask for INFO connects all the same', async () => {
  await server.redis.acl('SETUSER', 'small', 'on', '>pw', '~*', '+@all', '-info');
  undo.push(() => server.redis.acl('DELUSER', 'small'));
  const { connection, errors } = attempt({ ...server.connection, username: 'small', password: 'pw' });
  await connection.connect();
  expect(connection.connected).toBe(true);
  expect(errors).toEqual([]);
});
