import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { handlesLeft, openHandles } from './handles.js';
import { until } from './until.js';

test('a timer and a server that were left open are named until they are gone', async () => {
  const before = openHandles();
  const timer = setInterval(() => {}, 60_000);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(handlesLeft(before).join()).toMatch(/Timeout: \d/);
  expect(handlesLeft(before).join()).toMatch(/TCPServerWrap: 1, was 0/);
  clearInterval(timer);
  server.close();
  await until(() => handlesLeft(before).length === 0);
});

test('an unreferenced timer keeps nobody waiting', () => {
  const before = openHandles();
  const timer = setInterval(() => {}, 60_000).unref();
  expect(handlesLeft(before)).toEqual([]);
  clearInterval(timer);
});
