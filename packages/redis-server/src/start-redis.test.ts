import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from './ask.js';
import { startRedis } from './start-redis.js';

test('a server starts on a Unix socket, answers, and is gone after stop', async () => {
  const server = await startRedis();
  expect(await ask(server.socket, 'PING\r\n', 1000)).toBe('+PONG');
  await server.stop();
  expect(existsSync(dirname(server.socket))).toBe(false);
});
