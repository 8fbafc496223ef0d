import { redisServer } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { closeClient } from '../connection/close-client.js';
import { openClient, type RedisClient } from '../connection/redis-client.js';
import { defineScript } from './define-script.js';
import { isLean } from './lean-command.js';
import { evaluateScript } from './run-script.js';

const server = redisServer();
const open: RedisClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) closeClient(client);
});
const client = (options: Parameters<typeof openClient>[0] = {}) => {
  const opened = openClient({ path: server.connection.path, ...options });
  open.push(opened);
  return opened;
};
const script = (source: string) =>
  defineScript({ name: 'x', source, keys: [], args: [], decode: (reply) => reply });
const echo = script('return { KEYS, ARGV }');

test.each([
  ['texts', ['a', 'é😀\u0000\r\n', ''], ['b', 'ü'.repeat(70_000)]],
  ['numbers', ['k'], [0, -1, 1.5, 12_345_678_901]],
  ['bytes', ['k'], [Buffer.from('é\r\n'), 'text']],
  ['none', [], []],
])('operands arrive as ioredis sends them: %s', async (_, keys, args) => {
  const lean = client();
  const plain = client({ keyPrefix: '' });
  const operands = [...keys, ...args];
  const expected = await plain.eval(echo.source, keys.length, ...operands);
  // The first call is refused, for the server does not know the script.
  for (let call = 0; call < 3; call += 1)
    expect(await evaluateScript(lean, echo, keys.length, operands)).toEqual(expected);
});

test('a client for whose commands ioredis has something to do is left to it', async () => {
  expect(isLean(client())).toBe(true);
  for (const options of [
    { keyPrefix: 'p:' },
    { enableAutoPipelining: true },
    { showFriendlyErrorStack: true },
  ])
    expect(isLean(client(options))).toBe(false);
  const foreign = { evalsha: () => Promise.resolve(), eval: () => Promise.resolve() };
  expect(isLean(foreign)).toBe(false);
  const prefixing = client({ keyPrefix: 'p:' });
  expect(await evaluateScript(prefixing, echo, 1, ['k', 'v'])).toEqual([['p:k'], ['v']]);
});

test('a call without a reply is given up after the timeout of the client, and the next one is answered', async () => {
  const impatient = client({ commandTimeout: 150 });
  await evaluateScript(impatient, echo, 0, []);
  await server.redis.call('CLIENT', 'PAUSE', '400', 'ALL');
  const began = performance.now();
  await expect(evaluateScript(impatient, echo, 0, [])).rejects.toThrow('Command timed out');
  expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  await server.redis.ping();
  expect(await evaluateScript(impatient, echo, 0, ['late'])).toEqual([[], ['late']]);
});

test('a call that was under way when the connection was cut is sent again', async () => {
  const cut = client();
  await evaluateScript(cut, echo, 0, []);
  await server.redis.call('CLIENT', 'PAUSE', '300', 'ALL');
  const call = evaluateScript(cut, echo, 0, ['again']);
  const stream: unknown = Reflect.get(cut, 'stream');
  (stream as { destroy(): void }).destroy();
  expect(await call).toEqual([[], ['again']]);
});

test('a call that was given up is not run again when the late answer is that the script is unknown', async () => {
  const impatient = client({ commandTimeout: 150 });
  await impatient.ping();
  const unknown = script(`return { 'unknown', ${Date.now()} }`);
  await server.redis.config('RESETSTAT');
  await server.redis.call('CLIENT', 'PAUSE', '400', 'ALL');
  await expect(evaluateScript(impatient, unknown, 0, [])).rejects.toThrow('Command timed out');
  // Answered behind it. A rejection that nobody handles fails the run.
  await server.redis.ping();
  await expect(impatient.ping()).resolves.toBe('PONG');
  const stats = await server.redis.info('commandstats');
  expect(stats).toContain('cmdstat_evalsha:calls=1');
  expect(stats).not.toContain('cmdstat_eval:');
});
