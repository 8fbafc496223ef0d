import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { commandRunner } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({}));

test('the demo runs from an empty folder, with a Redis of its own', { timeout: 30_000 }, async () => {
  const demo = reskue(['demo']);
  expect(await demo.exited).toBe(0);
  expect(demo.stdout).toContain('Redis: a private server');
  expect(demo.stdout.match(/^ {2}ok /gm)).toHaveLength(15);
  expect(demo.stdout).not.toContain('WRONG');
});

test('in a given Redis it leaves no trace, also when it is interrupted', { timeout: 30_000 }, async () => {
  await kit.redis.set('mine', 'stays');
  const env = { REDIS_URL: `unix://${kit.socket}` };
  const demo = reskue(['demo'], env);
  expect(await demo.exited).toBe(0);
  expect(demo.stdout).toContain('Redis: the one that is configured');
  expect(await kit.redis.keys('*')).toEqual(['mine']);
  const short = reskue(['demo'], env);
  await until(() => short.stdout.includes('failed() lists 1'), { timeoutMs: 10_000 });
  short.kill('SIGINT');
  expect(await short.exited).toBe(130);
  expect(await kit.redis.keys('*')).toEqual(['mine']);
});

test('a Redis that is not there is told', async () => {
  const demo = reskue(['demo', '--timeout', '1s'], { REDIS_URL: 'redis://127.0.0.1:1' });
  expect(await demo.exited).toBe(5);
});
