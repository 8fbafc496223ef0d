import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ask } from './ask.js';
import type { RedisOptions } from './redis-options.js';
import type { RedisServer } from './redis-server.js';
import { startRedis } from './start-redis.js';

const start = async (options?: RedisOptions): Promise<RedisServer> => {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
};
const say = (server: RedisServer, command: string) => ask(server.socket, `${command}\r\n`, 1_000);
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a server answers on its Unix socket and keeps nothing on disk', async () => {
  const server = await start();
  expect(await say(server, 'PING')).toBe('+PONG');
  expect(server.port).toBeUndefined();
  expect(server.url).toBe(`unix://${server.socket}`);
  expect(await ask(server.socket, 'CONFIG GET save\r\n', 1_000)).toBe('*2');
  await say(server, 'SET a 1');
  expect(readdirSync(dirname(server.socket)).sort()).toEqual(['redis.conf', 'redis.log', 'redis.sock']);
});

test('stop ends the process and removes its folder; twice is once', async () => {
  const server = await start();
  const { pid } = server;
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(isAlive(pid)).toBe(false);
  expect(existsSync(dirname(server.socket))).toBe(false);
});

test('await using stops the server at the end of the block', async () => {
  let pid: number;
  {
    await using server = await startRedis();
    pid = server.pid;
    expect(isAlive(pid)).toBe(true);
  }
  expect(isAlive(pid)).toBe(false);
});

test('eight servers at once do not disturb each other', async () => {
  const servers = await Promise.all(Array.from({ length: 8 }, () => start({ port: 0 })));
  expect(new Set(servers.map(({ port }) => port)).size).toBe(8);
  const answers = await Promise.all(servers.map((server, index) => say(server, `ECHO ${index}`)));
  expect(answers).toEqual(Array<string>(8).fill('$1'));
});

test('with a port it listens on 127.0.0.1 as well', async () => {
  const server = await start({ port: 0 });
  expect(server.url).toBe(`redis://127.0.0.1:${server.port ?? 0}`);
  const client = connect(server.port ?? 0, '127.0.0.1');
  await once(client, 'connect');
  client.destroy();
});

test('a port that is taken fails with the words of the server', async () => {
  const { port } = await start({ port: 0 });
  await expect(startRedis({ port: port ?? 0 })).rejects.toMatchObject({
    code: 'RESKUE_REDIS_START_FAILED',
    // A number that startRedis got is the number it must use; only 0 may move on.
    message: expect.stringMatching(/ended at once[^]*Address already in use/) as string,
  });
});

test('a directive the server does not know fails with its words, and leaves no folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reskue-tmp-'));
  vi.stubEnv('TMPDIR', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  await expect(startRedis({ config: { 'no-such-directive': 'x' } })).rejects.toMatchObject({
    code: 'RESKUE_REDIS_START_FAILED',
    message: expect.stringContaining('no-such-directive') as string,
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('a TMPDIR too deep for a socket is passed over', async () => {
  vi.stubEnv('TMPDIR', `/tmp/${'deep/'.repeat(20)}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await start();
  expect(await say(server, 'PING')).toBe('+PONG');
});

test('a password is in the url and does not stand in the way of a restart', async () => {
  const server = await start({ port: 0, config: { requirepass: 's3 cret' } });
  expect(server.url).toBe(`redis://:s3%20cret@127.0.0.1:${server.port ?? 0}`);
  expect(await say(server, 'GET a')).toMatch(/^-NOAUTH/);
  await server.restart();
  expect(await say(server, 'AUTH "s3 cret"')).toBe('+OK');
});

test('a restart keeps socket and port, and no data unless it was asked to', async () => {
  const server = await start({ port: 0 });
  const { pid, port, socket } = server;
  await say(server, 'SET a 1');
  await server.restart();
  expect({ port: server.port, socket: server.socket }).toEqual({ port, socket });
  expect(server.pid).not.toBe(pid);
  expect(isAlive(pid)).toBe(false);
  expect(await say(server, 'GET a')).toBe('$-1');
});

test.each(['always', 'everysec'] as const)(
  'appendonly %s survives a restart and a kill',
  async (appendonly) => {
    const server = await start({ appendonly });
    await say(server, 'SET a 1');
    await server.restart();
    expect(await say(server, 'GET a')).toBe('$1');
    await say(server, 'SET b 1');
    await server.kill();
    await expect(say(server, 'PING')).rejects.toThrow();
    await server.restart();
    expect(await say(server, 'EXISTS a b')).toBe(':2');
  },
);

test('data in a folder of the user outlives the server, and so does the folder', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'reskue-dir-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const first = await start({ dir, config: { save: '3600 1' } });
  await say(first, 'SET a 1');
  await first.stop();
  expect(readdirSync(dir)).toEqual(['dump.rdb']);
  const second = await start({ dir });
  expect(await say(second, 'GET a')).toBe('$1');
});

test('directives of the user reach the server, several lines of one too', async () => {
  const rename = ['FLUSHALL ""', 'KEYS ""'];
  const server = await start({ config: { maxmemory: 5_000_000, 'rename-command': rename } });
  expect(await say(server, 'KEYS *')).toMatch(/^-ERR unknown command/);
  expect(await say(server, 'FLUSHALL')).toMatch(/^-ERR unknown command/);
  expect(await say(server, 'CONFIG SET maxmemory-policy noeviction')).toBe('+OK');
});

test('a stopped process that cannot shut down by itself is still stopped', async () => {
  const server = await start();
  process.kill(server.pid, 'SIGSTOP');
  await server.stop();
  expect(isAlive(server.pid)).toBe(false);
});

test('restart after stop is refused', async () => {
  const server = await start();
  await server.stop();
  await expect(server.restart()).rejects.toMatchObject({ code: 'RESKUE_REDIS_STOPPED' });
});
