import { Plugin, type Jobs, type ParsedJob } from '@reskue/core';
import { until } from '@reskue/testkit';
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { childProcesses } from '../child-process.test-kit.js';
import { nodePayload, schedulerBench } from '../scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const queued = (queue = 'math'): Promise<string[]> => bench.server.redis.lrange(keys.queue(queue), 0, -1);

/** Delays payloads as we do, for a second that is past. */
async function delay(payloads: readonly string[], second = 10): Promise<void> {
  await bench.delayAsNeighbour(second, ...payloads);
  const commands = bench.server.redis.pipeline();
  for (const payload of payloads) commands.zadd(keys.due, second * 1_000, `${second}:${payload}`);
  await commands.exec();
}

async function expectNothingLeft(): Promise<void> {
  expect(await bench.server.redis.exists(keys.schedule, keys.due)).toBe(0);
  expect(await bench.server.redis.keys('resque:timestamps:*')).toEqual([]);
  expect(await bench.server.redis.keys('resque:delayed:*')).toEqual([]);
}

test('many jobs of several kinds keep their order, and each is told once', async () => {
  const queue = await bench.queue();
  const at = ((await bench.second()) + 2) * 1_000;
  const all = numbers(1_500).map((n) => ({ name: n % 3 ? 'add' : 'sub', to: n % 2 ? 'math' : 'other', n }));
  for (const { name, to, n } of all) await queue.enqueueAt(at, to, name, [n]);
  const scheduler = await bench.scheduler();
  const told: string[] = [];
  scheduler.on('workingTimestamp', (second: string) => told.push(second));
  scheduler.on('transferredJob', (_: number, job) => told.push(JSON.stringify(job)));
  await scheduler.start();
  await until(() => told.length === 1_501);
  const payloads = all.map(({ name, to, n }) => JSON.stringify({ class: name, queue: to, args: [n] }));
  expect(told).toEqual([String(at / 1_000), ...payloads]);
  expect(await queued('math')).toEqual(payloads.filter((_, n) => n % 2));
  expect(await queued('other')).toEqual(payloads.filter((_, n) => n % 2 === 0));
  await expectNothingLeft();
});

test('where nobody listens, payloads do not come here', async () => {
  const payloads = numbers(1_000).map((n) => nodePayload('add', `${n}`.padEnd(1_000, 'x')));
  await delay(payloads);
  const scheduler = await bench.scheduler();
  const before = await sentBytes();
  await scheduler.poll();
  expect((await sentBytes()) - before).toBeLessThan(250_000);
  expect(await queued()).toEqual(payloads);
  await expectNothingLeft();
});

const sentBytes = async (): Promise<number> =>
  Number(/total_net_output_bytes:(\d+)/.exec(await bench.server.redis.info('stats'))?.[1]);

test.each([
  ['that a neighbour delayed', nodePayload('add', 'neighbour'), true],
  ['with a member behind its args', '{"class":"add","queue":"math","args":[],"id":7}', false],
  ['written in another way', '{ "queue": "math", "class": "add", "args": [] }', true],
])('a job %s among them keeps its place', async (_, odd, isNeighbours) => {
  const payloads = numbers(700).map((n) => nodePayload('add', n));
  await delay(payloads.slice(0, 400));
  if (isNeighbours) await bench.delayAsNeighbour(10, odd);
  else await delay([odd]);
  await delay(payloads.slice(400));
  const scheduler = await bench.scheduler();
  const told: unknown[] = [];
  scheduler.on('transferredJob', (__: number, job: ParsedJob) => told.push(job.args));
  await scheduler.poll();
  const all = [...payloads.slice(0, 400), odd, ...payloads.slice(400)];
  expect(await queued()).toEqual(all);
  expect(told).toEqual(all.map((payload) => (JSON.parse(payload) as { args: unknown }).args));
  await expectNothingLeft();
});

test('one that names two queues goes to the last of them, and one that is no text to failed', async () => {
  const payloads = numbers(500).map((n) => nodePayload('add', n));
  await delay(payloads.slice(0, 300));
  await delay(['{"class":"add","queue":"math","args":[],"queue":"other","x":[]}']);
  await bench.server.redis.rpush(
    keys.bucket(10),
    Buffer.from('{"class":"add","queue":"math","args":["\xff"]}', 'latin1'),
  );
  await delay(payloads.slice(300));
  await (await bench.scheduler()).poll();
  expect(await queued()).toEqual(payloads);
  expect((await queued('other')).length).toBe(1);
  expect(await bench.server.redis.llen(keys.failed)).toBe(1);
  await expectNothingLeft();
});

const seen: unknown[] = [];

class Sees extends Plugin {
  override beforeEnqueue(): boolean {
    seen.push(this.args[0]);
    return true;
  }
}

const jobs = { hooked: { plugins: [Sees], perform: () => null } } satisfies Jobs;

test.each([[50], [450]])(
  'hooks run, once for each job that has them, also from the %ith on',
  async (from) => {
    const payloads = numbers(600).map((n) => nodePayload(n >= from && n % 7 === 0 ? 'hooked' : 'add', n));
    await delay(payloads);
    seen.length = 0;
    await (await bench.scheduler({}, jobs)).poll();
    expect(seen).toEqual(numbers(600).filter((n) => n >= from && n % 7 === 0));
    expect(await queued()).toEqual(payloads);
    await expectNothingLeft();
  },
);

test('behind a keyPrefix, in dialect ruby', async () => {
  const redis = new Redis({ path: bench.server.socket, keyPrefix: 'app:' });
  const connection = { redis, dialect: 'ruby' as const, namespace: ['a', 'b'] };
  const scheduler = await bench.scheduler({ connection });
  const at = ((await bench.second()) + 2) * 1_000;
  await Promise.all(numbers(600).map((n) => scheduler.queue.enqueueAt(at, 'math', 'add', [n])));
  await scheduler.start();
  const length = (): Promise<number> => bench.server.redis.llen('app:a:b:queue:math');
  await until(async () => (await length()) === 600);
  await scheduler.end();
  redis.disconnect();
  expect(await bench.server.redis.keys('*timestamps*')).toEqual([]);
  expect(await bench.server.redis.exists('app:a:b:due', 'app:a:b:delayed_queue_schedule')).toBe(0);
});

const start = childProcesses(`
import { Scheduler } from '@reskue/scheduler';
const scheduler = new Scheduler({ connection: { path: process.env.SOCKET }, name: 'child:1', timeout: 100 });
await scheduler.connect();
await scheduler.start();
`);

test(
  'killed with -9 in the middle of a large second, nothing is lost or doubled',
  { timeout: 60_000 },
  async () => {
    const jobs = 40_000;
    const payloads = numbers(jobs).map((n) => nodePayload('add', n));
    await delay(payloads);
    const length = (): Promise<number> => bench.server.redis.llen(keys.queue('math'));
    for (const target of [1_000, 8_000, 15_000]) {
      const child = await start({ SOCKET: bench.server.socket });
      await until(async () => (await length()) >= target, { timeoutMs: 20_000 });
      child.kill('SIGKILL');
      await until(() => child.signalCode === 'SIGKILL');
      expect(await length(), 'killed in the middle').toBeLessThan(payloads.length);
    }
    await (await bench.scheduler({ name: 'child:1' })).poll();
    expect(await queued()).toEqual(payloads);
    await expectNothingLeft();
  },
);
