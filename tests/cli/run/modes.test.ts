import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { readLedger } from './ledger.test-kit.js';
import { commandRunner, program } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
const jobs = program('jobs.mjs');

async function enqueue(calls: [queue: string, name: string, ...args: unknown[]][]): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (const [name, job, ...args] of calls) await queue.enqueue(name, job, args);
}
const finished = (): string[] =>
  readLedger(reskue.folder).flatMap(({ what, id }) => (what === 'finished' ? [id] : []));

test('--once works one job, and says what came of it', async () => {
  expect(await reskue(['work', '-r', jobs, '--once']).exited).toBe(3);
  await enqueue([
    ['a', 'succeed', 'first'],
    ['a', 'fail', 'second'],
    ['a', 'retried', 'third'],
    ['a', 'succeed', 'fourth'],
  ]);
  expect(await reskue(['work', '-r', jobs, '--once']).exited).toBe(0);
  expect(await kit.redis.llen('resque:queue:a')).toBe(3);
  expect(await reskue(['work', '-r', jobs, '--once']).exited).toBe(1);
  expect(await reskue(['work', '-r', jobs, '--once']).exited).toBe(1);
  expect(finished()).toEqual(['first']);
  expect(await kit.redis.llen('resque:queue:a')).toBe(1);
  expect(await kit.redis.smembers('resque:workers')).toEqual([]);
});

test('--drain works until the queues are empty', { timeout: 40_000 }, async () => {
  expect(await reskue(['work', '-r', jobs, '--drain']).exited).toBe(3);
  await enqueue(Array.from({ length: 50 }, (_, index) => ['a', 'succeed', `${index}`, 5]));
  expect(await reskue(['work', '-r', jobs, '--drain', '-c', '5']).exited).toBe(0);
  expect(finished()).toHaveLength(50);
  // Short ones are claimed ahead of the slots that are free; those are waited for, too.
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  const many = Array.from({ length: 3_000 }, (_, index) => ({
    queue: 'a',
    class: 'succeed',
    args: [`many-${index}`],
  }));
  await queue.enqueueBulk(many);
  expect(await reskue(['work', '-r', jobs, '--drain', '-c', '3', '--log-level', 'warn']).exited).toBe(0);
  expect(new Set(finished()).size).toBe(3_050);
  expect(await kit.redis.llen('resque:queue:a')).toBe(0);
  await enqueue([
    ['a', 'succeed', 'good'],
    ['b', 'fail', 'bad'],
  ]);
  expect(await reskue(['work', '-r', jobs, '-q', 'a,b'], { INTERVAL: '0' }).exited).toBe(4);
  await enqueue([['b', 'fail', 'bad']]);
  expect(await reskue(['work', '-r', jobs, '--drain', '-q', 'b']).exited).toBe(1);
});

test('--drain does not wait for queues that are paused, nor for those of others', async () => {
  await enqueue([
    ['paused', 'succeed', 'later'],
    ['open', 'succeed', 'now'],
    ['other', 'succeed', 'never'],
  ]);
  await kit.redis.sadd('resque:paused', 'paused');
  expect(await reskue(['work', '-r', jobs, '--drain', '-q', 'paused,open']).exited).toBe(0);
  expect(finished()).toEqual(['now']);
});

test('queues are asked in their order, and QUEUES and COUNT mean what they mean to Ruby', async () => {
  await enqueue([
    ['low', 'succeed', '3'],
    ['high', 'succeed', '1'],
    ['middle', 'succeed', '2'],
  ]);
  const queues = { QUEUES: 'high,middle,low', COUNT: '1' };
  expect(await reskue(['work', '-r', jobs, '--drain'], queues).exited).toBe(0);
  expect(finished()).toEqual(['1', '2', '3']);
});

test('a hundred at once take three connections, and their names are host:pid+n', async () => {
  const work = reskue(['work', '-r', jobs, '-c', '100']);
  await work.logged('working');
  const workers = await kit.redis.smembers('resque:workers');
  expect(workers).toHaveLength(100);
  for (const worker of workers) expect(worker).toMatch(new RegExp(`^[^:]+:${work.pid}\\+\\d+:\\*$`));
  // The test's own is one more.
  const clients = async (): Promise<number> =>
    String(await kit.redis.client('LIST'))
      .trim()
      .split('\n').length;
  await until(async () => (await clients()) === 4);
  work.kill('SIGTERM');
  expect(await work.exited).toBe(0);
  expect(await kit.redis.smembers('resque:workers')).toEqual([]);
});

test('--min and --max hire while there is work', async () => {
  await enqueue(Array.from({ length: 8 }, (_, index) => ['a', 'succeed', `${index}`, 3_000]));
  const work = reskue(['work', '-r', jobs, '--min', '1', '--max', '4']);
  await until(async () => (await kit.redis.scard('resque:workers')) === 4, { timeoutMs: 10_000 });
  work.kill('SIGINT');
  expect(await work.exited).toBe(130);
  expect(await kit.redis.llen('resque:queue:a')).toBe(8);
});

test('the pid file is there while it runs, and not longer', async () => {
  const file = join(reskue.folder, 'work.pid');
  const work = reskue(['work', '-r', jobs], { PIDFILE: file });
  await work.logged('working');
  expect(readFileSync(file, 'utf8')).toBe(`${work.pid}\n`);
  work.kill('SIGTERM');
  await work.exited;
  expect(existsSync(file)).toBe(false);
});

test('a pid file that somebody else wrote since is left alone', async () => {
  const file = join(reskue.folder, 'work.pid');
  const work = reskue(['work', '-r', jobs, '--pidfile', file]);
  await work.logged('working');
  writeFileSync(file, '1\n');
  work.kill('SIGTERM');
  await work.exited;
  expect(readFileSync(file, 'utf8')).toBe('1\n');
});

test('--schedule promotes delayed jobs in the same process', async () => {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  await queue.enqueueIn(300, 'a', 'succeed', ['due']);
  reskue(['work', '-r', jobs, '--schedule']);
  await until(() => finished().includes('due'), { timeoutMs: 10_000 });
});

test('what the configuration says of a fleet does not concern --once; a fleet that is asked for is refused', async () => {
  writeFileSync(join(reskue.folder, 'reskue.config.json'), JSON.stringify({ processes: 2, require: [jobs] }));
  await enqueue([['a', 'succeed', 'x']]);
  expect(await reskue(['work', '--once']).exited).toBe(0);
  expect(finished()).toEqual(['x']);
  expect(await reskue(['work', '--once', '--processes', '2']).exited).toBe(2);
});

test('a job that leaves a timer behind does not keep the process', async () => {
  await enqueue([['a', 'litter']]);
  expect(await reskue(['work', '-r', jobs, '--once']).exited).toBe(0);
});
