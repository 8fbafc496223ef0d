import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import * as nodeResque from 'node-resque';
import { afterEach, expect, test } from 'vitest';
import { bin } from './operate-files.test-kit.js';

const server = redisServer({ port: 0 });
const children: ChildProcess[] = [];
const roles: { end(): Promise<unknown> }[] = [];
/** What the processes of Reskue said. */
let log = '';
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const role of roles.splice(0)) await role.end();
});

/** Waits as long as a busy machine takes; where it does not come, what the processes said tells why. */
async function come(probe: () => boolean | Promise<boolean>): Promise<void> {
  try {
    await until(probe, { timeoutMs: 30_000 });
  } catch (error) {
    throw new Error(`${String(error)}\n${log}`, { cause: error });
  }
}

const address = () => ({ host: '127.0.0.1', port: server.server.port ?? 0 });
const connection = () => ({ ...address(), pkg: 'ioredis', options: {} });

/** What the application has run so far: a worker of node-resque, with the same job. */
async function oldWorker(name: string): Promise<nodeResque.Worker> {
  const { redis } = server;
  const perform = async (number: number): Promise<void> => {
    await redis.hincrby('ran', String(number), 1);
    await redis.hincrby('by', 'node-resque', 1);
  };
  const options = { connection: connection(), queues: ['mail'], name, timeout: 50 };
  const worker = new nodeResque.Worker(options, { count: { perform } });
  worker.on('error', () => undefined);
  roles.push(worker);
  await worker.connect();
  await worker.start();
  return worker;
}

async function oldScheduler(): Promise<nodeResque.Scheduler> {
  const scheduler = new nodeResque.Scheduler({ connection: connection(), timeout: 50 });
  scheduler.on('error', () => undefined);
  roles.push(scheduler);
  await scheduler.connect();
  await scheduler.start();
  return scheduler;
}

function reskue(...words: string[]): ChildProcess {
  const { host, port } = address();
  const env = { ...process.env, REDIS_URL: `redis://${host}:${port}` };
  const child = spawn(process.execPath, [bin, ...words], { env });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += String(chunk)));
  children.push(child);
  return child;
}

async function stopped(child: ChildProcess): Promise<unknown> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const [code] = await closed;
  return code;
}

const by = async (library: string): Promise<number> => Number(await server.redis.hget('by', library));
const leader = () => server.redis.get('resque:resque_scheduler_leader_lock');

test(
  'from node-resque to Reskue and back, with both running: each job runs once',
  { timeout: 180_000 },
  async () => {
    const { redis } = server;
    const old = [await oldWorker('host:1'), await oldWorker('host:2')];
    const oldLeader = await oldScheduler();
    const oldQueue = new nodeResque.Queue({ connection: connection() });
    await oldQueue.connect();
    roles.push(oldQueue);
    const newQueue = new Queue({ connection: address(), enqueuedAt: true });
    roles.push(newQueue);
    await newQueue.connect();

    let enqueued = 0;
    let isOver = false;
    /** Jobs of every way, by whichever producer is in charge, all the time. */
    const produce = async (): Promise<void> => {
      while (!isOver) {
        const producer = enqueued % 2 === 0 ? oldQueue : newQueue;
        const isDelayed = enqueued % 5 === 0;
        if (isDelayed) await producer.enqueueIn(200, 'mail', 'count', [enqueued]);
        else await producer.enqueue('mail', 'count', [enqueued]);
        enqueued += 1;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    const producing = produce();
    // Whatever comes, it ends before its queues do.
    roles.unshift({
      end: async () => {
        isOver = true;
        await producing;
      },
    });
    await come(async () => (await by('node-resque')) > 20);

    // 2. workers beside
    const worker = reskue('work', '-r', 'tests/operate/fixtures/count-jobs.mjs', '-q', 'mail', '-c', '2');
    await come(async () => (await by('reskue')) > 20);
    // 3. the old ones end
    for (const one of old) await one.end();
    const before = await by('node-resque');
    const reached = await by('reskue');
    await come(async () => (await by('reskue')) > reached + 50);
    expect(await by('node-resque')).toBe(before);
    // 4. schedulers: one leads, then the other one
    const oldName = await leader();
    const scheduler = reskue('schedule', '-r', 'tests/operate/fixtures/count-jobs.mjs');
    await oldLeader.end();
    await come(async () => ![null, oldName].includes(await leader()));
    const atChange = enqueued;
    await come(() => enqueued > atChange + 100);

    // and back
    await oldWorker('host:3');
    await come(async () => (await by('node-resque')) > before + 20);
    expect(await stopped(worker)).toBe(0);
    expect(await stopped(scheduler)).toBe(0);
    await oldScheduler();
    isOver = true;
    await producing;
    await come(async () => (await redis.hlen('ran')) === enqueued);
    await come(async () => (await redis.exists('resque:delayed_queue_schedule', 'resque:queue:mail')) === 0);
    const runs = Object.values(await redis.hgetall('ran'));
    expect(runs).toHaveLength(enqueued);
    expect(runs.filter((count) => count !== '1')).toEqual([]);
    expect(await redis.llen('resque:failed')).toBe(0);
  },
);
