import { redisServer, until } from '@reskue/testkit';
import { describe, expect, test } from 'vitest';
import { childProcesses } from './child-workers.js';

const server = redisServer();
const start = childProcesses();

const enqueue = (...classes: string[]): Promise<unknown> =>
  server.redis
    .multi()
    .sadd('resque:queues', 'q')
    .rpush('resque:queue:q', ...classes.map((name) => `{"class":"${name}","queue":"q","args":[]}`))
    .exec();

describe('an exception that nobody caught', () => {
  test.each([
    ['lateThrow', 'The job left an exception that nobody caught: late throw'],
    ['lateReject', 'The job left a rejection that nobody handled: late reject'],
  ])('of a job (%s) fails that job, and the process works on', async (name, message) => {
    await enqueue(name, 'nobody');
    const child = await start('./crashing-worker.mjs', server.socket);
    await until(() => child.output().includes('success nobody'));
    expect(child.output()).toContain(`failure ${name}: ${message}`);
    expect(await server.redis.llen('resque:failed')).toBe(1);
  });

  test('of nobody ends the process as Node wants', async () => {
    const child = await start('./crashing-worker.mjs', server.socket, 'throw');
    const [code] = await child.exited;
    expect(code).not.toBe(0);
    expect(child.output()).toContain('of nobody');
  });
});

describe('SIGTERM', () => {
  test('lets the job in hand end, if it is quick enough, and exits with 0', async () => {
    const child = await start('./crashing-worker.mjs', server.socket);
    await enqueue('nobody');
    await server.redis.rpush('resque:wake:q', 1);
    await until(() => child.output().includes('success nobody'));
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([0, null]);
    expect(await server.redis.exists('resque:leases', 'resque:workers')).toBe(0);
  });

  test('puts a job that takes too long back at the front of its queue, unspent', async () => {
    await enqueue('hang', 'nobody');
    const child = await start('./crashing-worker.mjs', server.socket);
    await until(() => child.output().includes('job hang'));
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([0, null]);
    expect(await server.redis.lrange('resque:queue:q', 0, -1)).toEqual([
      '{"class":"hang","queue":"q","args":[]}',
      '{"class":"nobody","queue":"q","args":[]}',
    ]);
  });

  test('twice ends the process at once', async () => {
    await enqueue('hang');
    const child = await start('./crashing-worker.mjs', server.socket);
    await until(() => child.output().includes('job hang'));
    child.process.kill('SIGTERM');
    child.process.kill('SIGINT');
    expect((await child.exited)[0]).toBeGreaterThan(128);
  });
});
