import { readFileSync } from 'node:fs';
import { MultiWorker } from '@reskue/multi-worker';
import { Queue } from '@reskue/queue';
import { Scheduler } from '@reskue/scheduler';
import { redisServer, until } from '@reskue/testkit';
import { Worker } from '@reskue/worker';
import { Plugins } from 'reskue';
import { beforeEach, expect, test } from 'vitest';

const server = redisServer();

/** The rules as the page tells them, so that the page is what is tested. */
function rulesOf(user: string): string[] {
  const page = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
  const [, rules] = new RegExp(`^ACL SETUSER ${user} (.+(?:\\\\\\n.+)*)$`, 'm').exec(page) ?? [];
  if (rules === undefined) throw new Error(`docs/guarantees.md has no rules for ${user}`);
  return rules.split(' ');
}

const login = (username: string) => ({ ...server.connection, username, password: 'secret' });

beforeEach(async () => {
  await server.redis.call('ACL', 'LOG', 'RESET');
  for (const user of ['producer', 'worker']) {
    await server.redis.call(
      'ACL',
      'SETUSER',
      user,
      'reset',
      ...rulesOf(user).map((rule) => rule.replace('>...', '>secret')),
    );
  }
});

/** Whatever a server refused, it has logged. */
const refused = async (): Promise<string[]> =>
  ((await server.redis.call('ACL', 'LOG')) as string[][]).map(
    (entry) => `${entry[9] ?? ''} ${entry[7] ?? ''}`,
  );

test('a producer needs no more than the page gives it', async () => {
  const queue = new Queue({ connection: login('producer') });
  await queue.connect();
  await queue.enqueue('q', 'add', [1]);
  await queue.enqueueIn(60_000, 'q', 'add', [2]);
  await queue.enqueueBulk([{ queue: 'q', class: 'add', args: [3] }]);
  await queue.end();
  expect(await server.redis.llen('resque:queue:q')).toBe(2);
  expect(await refused()).toEqual([]);
});

test('workers, schedulers and whoever looks after them need no more than the page gives them', async () => {
  const connection = login('worker');
  const jobs = {
    add: { perform: (a: number) => a, plugins: [Plugins.JobLock, Plugins.Retry] },
    fail: { perform: () => Promise.reject(new Error('no')) },
  };
  const queue = new Queue({ connection }, jobs);
  const worker = new Worker({ connection, queues: '*', name: 'host:1', timeout: 50, lease: 1_000 }, jobs);
  const multi = new MultiWorker(
    { connection, queues: ['m'], minTaskProcessors: 2, maxTaskProcessors: 2 },
    jobs,
  );
  const scheduler = new Scheduler({ connection, timeout: 50 });
  const told: string[] = [];
  worker.on('success', () => told.push('success')).on('failure', () => told.push('failure'));
  await Promise.all([queue.connect(), worker.connect(), scheduler.connect()]);
  await Promise.all([worker.start(), scheduler.start(), multi.start()]);
  await queue.enqueue('q', 'add', [1]);
  await queue.enqueueIn(10, 'q', 'add', [2]);
  await queue.enqueue('q', 'fail');
  await until(() => told.length === 3);
  await queue.pause('q');
  await queue.resume('q');
  const [failed] = await queue.failed(0, -1);
  if (failed) await queue.removeFailed(failed);
  await queue.enqueueIn(60_000, 'q', 'add', [3]);
  await queue.delDelayed('q', 'add', [3]);
  await queue.del('q', 'add', [4]);
  await queue.delByFunction('q', 'add');
  await Promise.all([queue.stats(), queue.locks(), queue.allWorkingOn(), queue.allDelayed(), queue.leader()]);
  await queue.forceCleanWorker('host:1');
  await Promise.all([worker.end(), multi.end(), scheduler.end()]);
  await queue.delQueue('q');
  await queue.end();
  expect(await refused()).toEqual([]);
});
