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
