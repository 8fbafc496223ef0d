import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { childProcesses, type Child } from './child-workers.js';

const server = redisServer();
const start = childProcesses();
const workerProcess = (leaseMs: number, maxBlockMs: number): Promise<Child> =>
  start('./blocked-worker.mjs', server.socket, leaseMs, maxBlockMs);

const enqueue = (ms: number): Promise<unknown> =>
  server.redis
    .multi()
    .sadd('resque:queues', 'q')
    .rpush('resque:queue:q', `{"class":"spin","queue":"q","args":[${ms}]}`)
    .rpush('resque:wake:q', 1)
    .exec();

test('a job that blocks the loop for three times its lease keeps it, and is reported', async () => {
  const [one, two] = await Promise.all([workerProcess(1_000, 0), workerProcess(1_000, 0)]);
  await enqueue(3_000);
  await until(async () => (await server.redis.get('resque:stat:processed')) === '1', { timeoutMs: 10_000 });
  await until(() => ['slow', 'success'].every((word) => (one.output() + two.output()).includes(word)));
  const printed = one.output() + two.output();
  expect(printed.match(/success/g)).toHaveLength(1);
  expect(printed).not.toContain('leaseLost');
  const blockedMs = Number(/slow (\d+)/.exec(printed)?.[1]);
  expect(blockedMs).toBeGreaterThan(2_000);
});

test('while a job blocks the loop, whoever looks at the workers sees it', async () => {
  const queue = new Queue({ connection: server.connection });
  await queue.connect();
  const child = await workerProcess(1_000, 0);
  await enqueue(4_000);
  const blocked = async (): Promise<number> => {
    const [entry] = Object.values(await queue.allWorkingOn());
    return typeof entry === 'object' ? (entry.blockedMs ?? 0) : 0;
  };
  await until(async () => (await blocked()) >= 1_000);
  await until(() => child.output().includes('success'), { timeoutMs: 10_000 });
  await until(async () => (await blocked()) === 0);
  await queue.end();
});

test('a process opens three connections', async () => {
  await workerProcess(10_000, 0);
  const clients = String(await server.redis.client('LIST'))
    .trim()
    .split('\n');
  expect(clients).toHaveLength(1 + 3);
});

test('an endless loop fails its job and ends its process, and nothing else', async () => {
  const child = await workerProcess(1_000, 2_000);
  await enqueue(3_600_000);
  const [, signal] = await child.exited;
  expect(signal).toBe('SIGKILL');
  expect(child.output()).toContain('has blocked the event loop');
  const entries = await server.redis.lrange('resque:failed', 0, -1);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toContain('It blocked the event loop');
  expect(await server.redis.exists('resque:queue:q', 'resque:leases')).toBe(0);
});
