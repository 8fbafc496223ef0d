import { redisServer } from '@reskue/testkit';
import { afterEach, expect, test } from 'vitest';
import { closeClient } from '../connection/close-client.js';
import { openClient, type RedisClient } from '../connection/redis-client.js';
import { defineScript } from './define-script.js';
import { PreparedScript } from './prepared-script.js';

const server = redisServer();
const open: RedisClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) closeClient(client);
});
const echo = defineScript({
  name: 'echo',
  source: 'return { KEYS, ARGV }',
  keys: [],
  args: [],
  decode: (reply) => reply,
});
const incr = defineScript({
  name: 'incr',
  source: "return redis.call('INCR', KEYS[1])",
  keys: [],
  args: [],
  decode: (reply) => reply,
});

test.each([
  ['whose commands are put together here', {}, ''],
  ['that ioredis writes for', { keyPrefix: 'p:' }, 'p:'],
])('operands arrive in their order, over a client %s', async (_, options, prefix) => {
  const client = openClient({ path: server.connection.path, ...options });
  open.push(client);
  await server.redis.script('FLUSH');
  const prepared = new PreparedScript(echo, 2, ['k', 'é', 'first']);
  // The first call is refused, for the server does not know the script.
  for (const rest of [[1, 'two'], ['ü'.repeat(1_000)], [], [Buffer.from('bytes')]])
    expect(await prepared.run(client, rest)).toEqual([
      [`${prefix}k`, `${prefix}é`],
      ['first', ...rest.map(String)],
    ]);
});

test.each([
  ['whose commands are put together here', {}],
  ['that ioredis writes for', { keyPrefix: 'p:' }],
])('one who listens hears of an answer and of a refusal, once, over a client %s', async (_, options) => {
  const client = openClient({ path: server.connection.path, ...options });
  open.push(client);
  await server.redis.script('FLUSH');
  const prepared = new PreparedScript(incr, 1, ['count']);
  const heard: unknown[] = [];
  const listener = {
    done: (reply: unknown) => heard.push(reply),
    failed: (error: unknown) => heard.push(String(error)),
  };
  // The first is refused, for the server does not know the script, and sent again.
  prepared.tell(client, [], listener);
  await expect.poll(() => heard).toEqual([1]);
  prepared.tell(client, [], listener);
  await expect.poll(() => heard).toEqual([1, 2]);
  expect(await client.get('count')).toBe('2');
  await client.set('count', 'x');
  prepared.tell(client, [], listener);
  await expect.poll(() => heard).toHaveLength(3);
  expect(heard[2]).toMatch(/not an integer/);
  closeClient(client);
  prepared.tell(client, [], listener);
  await expect.poll(() => heard).toHaveLength(4);
  expect(heard[3]).toMatch(/closed/i);
});

test('one who listens is given the texts of a list, in the moment in which they come', async () => {
  const client = openClient({ path: server.connection.path });
  open.push(client);
  await client.script('LOAD', echo.source);
  const prepared = new PreparedScript(echo, 1, ['é']);
  const order: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    prepared.tell(client, ['ü'], { done: (reply) => order.push(reply), failed: reject });
    // Answered behind it.
    client.ping().then(() => resolve(), reject);
  });
  expect(order).toEqual([[['é'], ['ü']]]);
});

test.each([
  ['an answer', '1'],
  ['a refusal', 'x'],
])(
  'one who was told that a call took too long does not hear of %s that comes after all',
  async (_, count) => {
    const client = openClient({ path: server.connection.path, commandTimeout: 100 });
    open.push(client);
    await server.redis.script('LOAD', incr.source);
    await server.redis.set('count', count);
    await client.ping();
    const heard: string[] = [];
    await server.redis.client('PAUSE', 300);
    new PreparedScript(incr, 1, ['count']).tell(client, [], {
      done: () => heard.push('done'),
      failed: (error) => heard.push(String(error)),
    });
    await expect.poll(() => heard).toEqual(['Error: Command timed out']);
    // It is carried out once the pause is over, and answered before this.
    await expect.poll(() => client.ping().catch(() => 'not yet')).toBe('PONG');
    expect(await server.redis.get('count')).toBe(count === '1' ? '2' : 'x');
    expect(heard).toHaveLength(1);
  },
);
