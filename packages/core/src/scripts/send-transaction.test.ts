import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { redisServer, until } from '@reskue/testkit';
import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { afterEach, expect, test, vi } from 'vitest';
import { LongPayload } from '../payload/long-payload.js';
import { RpushCommand } from './rpush-command.js';
import { sendTransaction } from './send-transaction.js';

const server = redisServer();
const opened = new Set<Redis>();
afterEach(() => opened.forEach((client) => client.disconnect()));
/** A client that goes another way to the server. */
function own(options: RedisOptions): Redis {
  const client = new Redis({ ...options, replyMapping: 'legacy' });
  opened.add(client);
  return client;
}

const numbers = Array.from({ length: 30 }, (_, at) => at);
/** 10 long ones and 10 short ones, no two of any two steps alike. */
const step = (at: number) =>
  Array.from({ length: 20 }, (_, of) => {
    const text = `${at}.${of} `.repeat(of % 2 === 0 ? 10_000 : 5);
    return of % 2 === 0 ? new LongPayload('[', text, ']') : text;
  });
const send = (client: Redis, at: number) =>
  sendTransaction(client, [new RpushCommand('list', step(at), undefined)]);
const stored = numbers.flatMap((at) => step(at).map(String));

test('transactions one after the other use the same memory, and each has its own bytes', async () => {
  const client = server.client();
  await client.ping();
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow');
  const texts = numbers.map((at) => `${at} `.repeat(1_000));
  for (const text of texts) await sendTransaction(client, [new RpushCommand('list', ['a', text], undefined)]);
  expect(allocate.mock.calls.length).toBeLessThan(3);
  allocate.mockRestore();
  expect(await server.redis.lrange('list', 0, -1)).toEqual(texts.flatMap((text) => ['a', text]));
});

test('long transactions one after the other have their own bytes', async () => {
  const client = server.client();
  for (const at of numbers) expect(await send(client, at)).toEqual([20 * (at + 1)]);
  expect(await server.redis.lrange('list', 0, -1)).toEqual(stored);
});

test('what the system does not take at once keeps its bytes, whatever is sent behind it', async () => {
  const sockets: Socket[] = [];
  const slow = createServer((client) => {
    const redis = connect(server.socket);
    sockets.push(client, redis);
    redis.pipe(client);
    client.on('data', (data) => {
      redis.write(data);
      client.pause();
      setTimeout(() => client.resume(), 1);
    });
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  // A server that listens on a port has such an address.
  const { port } = slow.address() as AddressInfo;
  const client = own({ host: '127.0.0.1', port });
  await client.ping();
  const answers = numbers.map((at) => send(client, at));
  expect(client.stream.writableLength).toBeGreaterThan(100_000);
  await Promise.all(answers);
  expect(await server.redis.lrange('list', 0, -1)).toEqual(stored);
  for (const socket of sockets) socket.destroy();
  slow.close();
});

/** Says at once that it has written, and does so later. */
class Lagging extends Duplex {
  readonly #redis: Socket;

  constructor(path: string) {
    super();
    this.#redis = connect(path, () => this.emit('connect'));
    this.#redis.on('data', (data) => this.push(data));
    this.#redis.on('close', () => this.destroy());
  }

  get connecting(): boolean {
    return this.#redis.connecting;
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  setTimeout(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _: string, written: () => void): void {
    setTimeout(() => this.#redis.write(chunk), 10);
    written();
  }

  override _final(ended: () => void): void {
    this.#redis.end();
    ended();
  }

  override _destroy(error: Error | null, destroyed: (error: Error | null) => void): void {
    this.#redis.destroy();
    destroyed(error);
  }
}

test('a stream that is no plain socket may hold on to what it was given', async () => {
  class Connector extends AbstractConnector {
    constructor() {
      super(1_000);
    }
    // ioredis asks a stream for no more than this one has.
    override connect = async () => (this.stream = stream as unknown as Socket);
  }
  const stream = new Lagging(server.socket);
  const client = own({ Connector });
  await until(() => client.status === 'ready');
  const answers = numbers.map((at) => send(client, at));
  await pause(0);
  await Promise.all(answers);
  expect(await server.redis.lrange('list', 0, -1)).toEqual(stored);
  client.disconnect();
  await once(stream, 'close');
});
