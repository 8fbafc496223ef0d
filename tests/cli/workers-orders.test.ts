import { redisServer } from '@reskue/testkit';
import { beforeEach, expect, test } from 'vitest';
import { reskue } from './run-cli.js';

const server = redisServer();
const act = (...args: string[]) => reskue(args, { env: { RESKUE_URL: `unix://${server.socket}` } });
const orderOf = (lease: string) => server.redis.hget(`resque:lease:${lease}`, 'control');

/** Two processes of ours with three workers, one of them with jobs claimed ahead; one of a neighbour's. */
beforeEach(async () => {
  const later = Date.now() + 60_000;
  await server.redis
    .multi()
    .sadd('resque:workers', 'web:71+1:q', 'web:71+2:q', 'db:5:q', 'old:9:q')
    .zadd('resque:leases', later, '71@web:aa', later, '5@db:bb')
    .hset('resque:lease:71@web:aa', 'terms', '{}', 'web:71+1:q', 0, 'web:71+2:q', 0)
    .hset('resque:lease:5@db:bb', 'terms', '{}', 'db:5:q', 0)
    .hset('resque:lease:5@db:bb:ahead', 'last', 3, '2', 'x', '3', 'y')
    .set(
      'resque:worker:ping:old:9',
      JSON.stringify({ time: Math.floor(Date.now() / 1_000), name: 'old:9', queues: 'q' }),
    )
    .exec();
});

test('quiet, resume and stop are told to the lease, and shown as the state of its workers', async () => {
  const { code, stdout } = await act('workers', 'quiet', 'web:71');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'told to be quiet: 2 of 2 workers, 1 process\n',
  });
  expect([await orderOf('71@web:aa'), await orderOf('5@db:bb')]).toEqual(['quiet', null]);
  expect((await act('workers', 'stop', 'db:5', '--yes')).code).toBe(0);
  const states = (await act('workers')).stdout.split('\n').map((line) => line.split('\t'));
  expect(states.map(([name, , , state]) => `${name} ${state}`)).toEqual([
    'db:5 stopping',
    'old:9 alive',
    'web:71+1 quiet',
    'web:71+2 quiet',
    ' undefined',
  ]);
  expect((await act('workers', 'resume', '--on', 'web')).code).toBe(0);
  expect(await orderOf('71@web:aa')).toBeNull();
  const late = await act('workers', 'resume', 'db:5:q');
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('was told to stop before') });
});

test('workers of one process go together, which is asked for', async () => {
  const refused = await act('workers', 'quiet', 'web:71+1');
  expect(refused.code).toBe(6);
  expect(refused.stderr).toContain(
    'Quiet 2 workers of 1 process, 1 of them only because they share a process?',
  );
  expect(await orderOf('71@web:aa')).toBeNull();
  expect((await act('workers', 'quiet', 'web:71+1', '--yes')).code).toBe(0);
  expect((await act('workers', 'stop', '--on', 'db')).code).toBe(6);
});

test('neighbours are out of reach, and named; --all does what it can', async () => {
  const all = await act('workers', 'stop', '--all', '--yes', '--json');
  expect(all.code).toBe(4);
  expect(JSON.parse(all.stdout)).toEqual({ matched: 4, told: 3, processes: 2 });
  expect(all.stderr).toContain('Not of Reskue, and out of reach: old:9');
  expect((await act('workers', 'quiet', 'old:9')).code).toBe(1);
  const some = await act('workers', 'stop', 'db:5', 'nobody', '--yes');
  expect(some).toMatchObject({ code: 4, stderr: expect.stringContaining('There is no worker nobody.') });
});

test('--dry-run lists them and changes nothing; nobody, and nothing said', async () => {
  const dry = await act('workers', 'stop', '--all', '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
    'db:5',
    'web:71+1',
    'web:71+2',
    '',
  ]);
  expect(dry.stderr).toContain('3 workers of 2 processes would be told to stop; nothing was changed.');
  expect([await orderOf('71@web:aa'), await orderOf('5@db:bb')]).toEqual([null, null]);
  expect((await act('workers', 'stop', 'nobody', '--yes')).code).toBe(3);
  expect((await act('workers', 'quiet', '--on', 'nowhere')).code).toBe(3);
  expect((await act('workers', 'quiet')).code).toBe(2);
  expect((await act('workers', 'quiet', '--all', 'db:5')).code).toBe(2);
});

test('a process whose lease has run out is dead, and told nothing', async () => {
  await server.redis.zadd('resque:leases', 1, '5@db:bb');
  const ended = await act('workers', 'stop', 'db:5', '--yes');
  expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('reskue workers clean') });
  expect(await orderOf('5@db:bb')).toBeNull();
});

test('jobs that were claimed ahead count as work in hand', async () => {
  const { stdout } = await act('status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ working: 2, claimedAhead: 2, workers: { alive: 4, idle: 3 } });
  expect((await act('status')).stdout).toContain('working\t2, 2 of them claimed ahead\n');
  expect((await act('workers')).stdout).toContain('(2 claimed ahead by its process)');
});
