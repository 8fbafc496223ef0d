import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { freePort, redisServer, until } from '@reskue/testkit';
import type { Redis, RedisOptions } from 'ioredis';
import { expect, test } from 'vitest';
import { copyClient, openClient } from './redis-client.js';
import { mayUseSlabs, SlabConnector } from './slab-connector.js';

const server = redisServer();

async function withClient(options: RedisOptions, use: (client: Redis) => Promise<void>): Promise<void> {
  const client = openClient(options);
  try {
    await use(client);
  } finally {
    client.disconnect();
  }
}

/** Lengths around the sizes of reads and of slabs, and beyond. */
const lengths = [0, 1, 100, 8_191, 65_535, 65_536, 131_071, 131_073, 262_143, 262_144, 262_145, 1_000_000];

/** Bytes of the memory that a reply was read into. */
async function memoryOf(client: Redis): Promise<number | undefined> {
  await client.ping();
  let size: number | undefined;
  client.stream.once('data', (bytes: Buffer) => (size = bytes.buffer.byteLength));
  await client.ping();
  return size;
}

test('a client of our own reads into slabs, and its copy', async () => {
  await withClient({ path: server.socket }, async (client) => {
    expect(await memoryOf(client)).toBe(262_144);
    const copy = copyClient(client, { commandTimeout: 1_000 });
    expect(await memoryOf(copy)).toBe(262_144);
    expect(copy.options.commandTimeout).toBe(1_000);
    copy.disconnect();
  });
});

test('the options do not tell, for who copies them may go another way', async () => {
  await withClient({ path: server.socket }, async (client) => {
    expect(client.options.Connector).toBe(undefined);
    const copy = client.duplicate();
    expect(await memoryOf(copy)).not.toBe(262_144);
    copy.disconnect();
    const other = copyClient(client, { path: '', port: 1, tls: {}, lazyConnect: true });
    const secure = once(other, 'error');
    other.connect().catch(() => undefined);
    expect(await secure).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })]);
    expect(other.stream).toBeInstanceOf(TLSSocket);
    other.disconnect();
  });
});

test('replies of any length come as they were stored, many at once', async () => {
  await withClient({ path: server.socket }, async (client) => {
    const texts = lengths.map((length, at) => String.fromCharCode(97 + at).repeat(length));
    await Promise.all(texts.map((text, at) => client.set(`text:${at}`, text)));
    for (let round = 1; round <= 5; round += 1) {
      const order = texts.map((_, at) => (at * (2 * round + 3)) % texts.length);
      const read = await Promise.all(order.flatMap((at) => [client.get(`text:${at}`), client.echo(`${at}`)]));
      expect(read).toEqual(order.flatMap((at) => [texts[at], `${at}`]));
    }
  });
});

test('a reply that is kept as bytes stays what it was, whatever comes after', async () => {
  await withClient({ path: server.socket }, async (client) => {
    await client.set('kept', 'k'.repeat(100_000));
    await client.set('other', 'o'.repeat(1_000_000));
    const kept = await Promise.all([client.getBuffer('kept'), client.getBuffer('kept')]);
    for (let round = 1; round <= 20; round += 1) await client.getBuffer('other');
    for (const bytes of kept) expect(bytes?.equals(Buffer.alloc(100_000, 'k'))).toBe(true);
  });
});

test.each(['127.0.0.1', 'localhost'])('%s is reached by TCP', async (host) => {
  // The name stands for two addresses, of which one leads here: Node tries both, each with a socket of its own.
  const port = await freePort();
  const front = createServer((socket) => socket.pipe(createConnection(server.socket)).pipe(socket));
  await once(front.listen(port, '127.0.0.1'), 'listening');
  await withClient({ host, port }, async (client) => {
    expect(await client.echo('x'.repeat(300_000))).toBe('x'.repeat(300_000));
  });
  await once(front.close(), 'close');
});

test('a server that is not there is told as ioredis tells it', async () => {
  await withClient({ path: '/tmp/no-such-server.sock', retryStrategy: () => null }, async (client) => {
    const errors: Error[] = [];
    client.on('error', (error) => errors.push(error));
    await until(() => client.status === 'end');
    expect(errors).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  });
});

test('who disconnects at once opens no socket', async () => {
  const client = openClient({ path: server.socket, lazyConnect: true });
  const connecting = client.connect();
  client.disconnect();
  await expect(connecting).rejects.toThrow('Connection is closed.');
  expect(client.stream).toBe(undefined);
  expect(client.status).toBe('end');
});

test('another way to the server is left to ioredis, or to whoever named it', () => {
  class Connector extends SlabConnector {}
  expect(mayUseSlabs({ tls: {} })).toBe(false);
  expect(mayUseSlabs({ sentinels: [{ host: 'a' }], name: 'b' })).toBe(false);
  expect(mayUseSlabs({ Connector })).toBe(false);
  const client = openClient({ Connector, lazyConnect: true });
  expect(client.options.Connector).toBe(Connector);
});
