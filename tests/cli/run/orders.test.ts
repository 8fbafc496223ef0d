import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { freePort } from './free-port.test-kit.js';
import { readLedger } from './ledger.test-kit.js';
import { commandRunner, program } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
const jobs = program('jobs.mjs');
const order = (...args: string[]): Promise<number> => reskue(['workers', ...args, '--yes']).exited;
const workers = (): Promise<string[]> => kit.redis.smembers('resque:workers');

async function enqueue(...calls: [name: string, ...args: unknown[]][]): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (const [name, ...args] of calls) await queue.enqueue('a', name, args);
}
const noted = (what: string): number =>
  readLedger(reskue.folder).filter((entry) => entry.what === what).length;

test('a process is quieted, resumed and stopped from afar, and ends with 0 when its jobs are done', async () => {
  const work = reskue(['work', '-r', jobs, '-c', '2', '--lease', '2s']);
  await work.logged('working');
  expect(await order('quiet', '--all')).toBe(0);
  await work.logged('told by an operator');
  await enqueue(['succeed', 'first', 1_500]);
  expect(await kit.redis.llen('resque:queue:a')).toBe(1);
  expect(await order('resume', '--all')).toBe(0);
  await until(() => noted('started') === 1, { timeoutMs: 10_000 });
  expect(await order('stop', '--all')).toBe(0);
  expect(await work.exited).toBe(0);
  expect(noted('finished')).toBe(1);
  expect(work.log.flatMap(({ order: told }) => (told === undefined ? [] : [told]))).toEqual([
    'quiet',
    'resume',
    'stop',
  ]);
  expect(await kit.redis.exists('resque:leases', 'resque:workers')).toBe(0);
});

test(
  'of a fleet one process is stopped and nobody follows it; the supervisor ends with the last one',
  { timeout: 60_000 },
  async () => {
    const port = await freePort();
    const health = ['--health-port', String(port), '--health-host', '127.0.0.1'];
    const fleet = reskue(['work', '-r', jobs, '--processes', '2', '--lease', '2s', ...health]);
    await fleet.logged('working', { count: 2 });
    await until(async () => (await workers()).length === 2);
    const [one = '', other = ''] = await workers();
    expect(await order('stop', one)).toBe(0);
    await fleet.logged('process was told to stop by an operator: its seat stays empty');
    await fleet.logged('process left');
    expect(await workers()).toEqual([other]);
    // An empty seat is no fault.
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    // A rolling restart replaces who is left, and fills no empty seat.
    fleet.kill('SIGUSR2');
    await fleet.logged('rolling restart done', { timeoutMs: 20_000 });
    expect(fleet.log.filter(({ msg }) => msg === 'process started')).toHaveLength(3);
    expect(await workers()).toHaveLength(1);
    expect(await order('stop', '--all')).toBe(0);
    expect(await fleet.exited).toBe(0);
    expect(fleet.log.at(-1)).toMatchObject({ msg: 'all processes ended', exitCode: 0, restarts: 0 });
    expect(await workers()).toEqual([]);
  },
);
