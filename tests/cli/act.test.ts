import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { bin, inTerminal, reskue } from './run-cli.js';

const server = redisServer();
const env = () => ({ RESKUE_URL: `unix://${server.socket}` });
const act = async (...args: string[]) => reskue(args, { env: env() });
const list = (key: string) => server.redis.lrange(`resque:${key}`, 0, -1);
const failure = (payload: string, more = '') =>
  `{"failed_at":"2026/11/22 08:15:28 UTC","payload":${payload},"exception":"RuntimeError","error":"boom","backtrace":["a.rb:1"],"worker":"h:1:q","queue":"q"${more}}`;

test('retry moves failed jobs back byte for byte, the oldest first, and leaves what is none', async () => {
  const payloads = ['{"class":"A","args":[1.0]}', '{"class":"A","args":["\\u003c",12345678901234567890]}'];
  await server.redis.rpush('resque:failed', failure(payloads[0]!), 'broken', failure(payloads[1]!));
  const { code, stdout } = await act('retry', '--all', '--yes');
  expect({ code, stdout }).toEqual({ code: 4, stdout: 'retried 2 of 3\n' });
  expect(await list('queue:q')).toEqual(payloads);
  expect(await list('failed')).toEqual(['broken']);
  expect(await server.redis.llen('resque:wake:q')).toBe(1);
});

test('what Ruby has retried already is passed over, unless it is told again', async () => {
  await server.redis.rpush(
    'resque:failed',
    failure('{"class":"A","args":[]}', ',"retried_at":"2026/11/22 08:20:00 UTC"'),
  );
  expect((await act('retry', '--all', '--yes')).code).toBe(3);
  expect((await act('retry', '--all', '--yes', '--again')).code).toBe(0);
});

test('--dry-run lists what is meant and changes nothing; without --yes nothing is done where nobody is asked', async () => {
  await server.redis.rpush(
    'resque:failed',
    failure('{"class":"A","args":[1]}'),
    failure('{"class":"B","args":[2]}'),
  );
  const dry = await act('retry', '--class', 'B', '--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.stdout).toMatch(/^[0-9a-f]{12}\tq\tB\t\[2\]\n$/);
  const refused = await act('remove', '--failed', '--all');
  expect(refused.code).toBe(6);
  expect(refused.stderr).toContain('Remove 2 failed jobs?');
  expect(refused.stdout).toBe('');
  expect(await list('failed')).toHaveLength(2);
});

test.each([
  ['y\n', 0, 0],
  ['n\n', 6, 2],
])('on a terminal it asks, naming the count; %j', async (input, code, left) => {
  await server.redis.rpush('resque:failed', failure('{"class":"A","args":[1]}'), 'broken');
  const ended = await inTerminal(`${process.execPath} ${bin} remove --failed --all`, { env: env(), input });
  expect(ended.text).toContain('Remove 2 failed jobs? [y/N]');
  expect(ended.code).toBe(code);
  expect(await list('failed')).toHaveLength(left);
});

test('remove takes jobs out of queues, buckets and the failed list, and nothing else', async () => {
  const { redis } = server;
  await redis.rpush(
    'resque:queue:q',
    '{"class":"A","args":[1]}',
    '{"class":"B","args":[1]}',
    'odd',
    '{"class":"A","args":[1]}',
  );
  expect((await act('remove', '-q', 'q', '--class', 'A', '--yes')).stdout).toBe('removed 2 of 2\n');
  expect((await act('remove', '-q', 'q', '--search', 'odd', '--yes')).code).toBe(0);
  expect(await list('queue:q')).toEqual(['{"class":"B","args":[1]}']);
  await act('enqueue', 'A', '[1]', '-q', 'q', '--in', '5m');
  await act('enqueue', 'B', '[1]', '-q', 'q', '--in', '5m');
  expect((await act('remove', '--delayed', '--class', 'A', '--yes')).stdout).toBe('removed 1 of 1\n');
  expect((await act('remove', '--delayed', '--all', '--yes')).stdout).toBe('removed 1 of 1\n');
  expect(await redis.keys('resque:*delayed*')).toEqual([]);
  expect(await redis.exists('resque:due', 'resque:timestamps')).toBe(0);
});

test('move keeps the order, and changes the name of the queue in a payload and nothing else', async () => {
  await server.redis.rpush(
    'resque:queue:a',
    '{"class":"A","queue":"a","args":[{"queue":"a"},1.0],"id":7}',
    '{"class":"B","queue":"a","args":[]}',
    '{ "class": "A", "args": ["\\"queue\\":\\"a\\""], "queue" : "a" }',
    '{"class":"A","args":[2]}',
  );
  expect((await act('move', '-q', 'a', '--to', 'b', '--class', 'A', '--yes')).stdout).toBe('moved 3 of 3\n');
  expect(await list('queue:b')).toEqual([
    '{"class":"A","queue":"b","args":[{"queue":"a"},1.0],"id":7}',
    '{ "class": "A", "args": ["\\"queue\\":\\"a\\""], "queue" : "b" }',
    '{"class":"A","args":[2]}',
  ]);
  expect(await list('queue:a')).toEqual(['{"class":"B","queue":"a","args":[]}']);
});

test('run-now brings delayed jobs forward, and fires a recurring one', async () => {
  await act('enqueue', 'A', '[1]', '-q', 'q', '--at', '2099-01-01T00:00:00Z');
  expect((await act('run-now', '--all')).stdout).toBe('enqueued 1 of 1\n');
  await server.redis.hset(
    'resque:persistent_schedules',
    'night',
    '{"cron":"0 3 * * *","class":"R","queue":"q","args":[5]}',
  );
  expect((await act('run-now', 'night')).stdout).toBe('enqueued night\n');
  expect((await act('run-now', 'day')).code).toBe(3);
  expect(await list('queue:q')).toEqual([
    '{"class":"A","queue":"q","args":[1]}',
    '{"class":"R","queue":"q","args":[5]}',
  ]);
});

test('enqueue writes what the library writes, in either dialect, now, later and from stdin', async () => {
  await act('enqueue', 'A', '[1,{"b":null}]', '-q', 'q');
  await act('enqueue', 'A', '-q', 'r', '--dialect', 'ruby');
  expect([await list('queue:q'), await list('queue:r')]).toEqual([
    ['{"class":"A","queue":"q","args":[1,{"b":null}]}'],
    ['{"class":"A","args":[]}'],
  ]);
  const lines = [
    '{"class":"A","args":[1]}',
    '',
    'broken',
    '{"class":"B","queue":"r","in":"5m"}',
    '{"args":[]}',
  ];
  const { code, stdout, stderr } = await reskue(['enqueue', '--stdin', '-q', 's'], {
    env: env(),
    input: lines.join('\n'),
  });
  expect({ code, stdout }).toEqual({ code: 4, stdout: 'enqueued 2, refused 2\n' });
  expect(stderr).toMatch(/line 3: no JSON.*\n.*line 5: it has no class/);
  expect(await list('queue:s')).toEqual(['{"class":"A","queue":"s","args":[1]}']);
  expect((await act('enqueue', 'A', '[1]', '-q', 'q', '--at', 'soon')).code).toBe(2);
});

test('pause and resume, of one queue and of all; clear; unlock', async () => {
  const { redis } = server;
  await act('pause', 'a', 'b');
  await act('pause');
  expect([await redis.smembers('resque:paused'), await redis.get('resque:pause-all-workers')]).toEqual([
    expect.arrayContaining(['a', 'b']),
    'true',
  ]);
  expect((await act('resume')).stderr).toContain('Still paused by name: a, b');
  await act('resume', 'a', 'b');
  expect(await redis.exists('resque:paused', 'resque:pause-all-workers')).toBe(0);
  await act('enqueue', 'A', '-q', 'q');
  expect((await act('clear', 'q')).code).toBe(6);
  expect((await act('clear', 'q', '--yes')).stdout).toBe('removed 1\n');
  expect((await act('clear', 'q', '--yes')).code).toBe(3);
  await redis.set('resque:lock:A:q:[]', '4095335341');
  await redis.set('resque:workerslock:A:q:[]', '1595335341');
  expect((await act('unlock', '--orphans', '--yes')).stdout).toBe('unlocked 1 of 1\n');
  expect((await act('unlock', 'lock:A:q:[]', '--yes')).stdout).toBe('unlocked 1 of 1\n');
});

test('workers clean gives the jobs of the dead back: ours to their queue, those of neighbours to failed', async () => {
  const { redis } = server;
  await redis.sadd('resque:workers', 'h:1:q', 'h:2:q', 'h:3:q');
  await redis.set(
    'resque:worker:h:1:q',
    '{"queue":"q","run_at":"x","worker":"h:1","lease":"1@h:n","claim":1,"payload":{"class":"A","args":[1.0]}}',
  );
  await redis.zadd('resque:leases', 1, '1@h:n');
  await redis.hset('resque:lease:1@h:n', 'terms', '{}', 'h:1:q', '1');
  await redis.set(
    'resque:worker:h:2:q',
    '{"queue":"q","run_at":"x","worker":"h:2","payload":{"class":"B","args":[]}}',
  );
  await redis.set('resque:worker:ping:h:2', '{"time":1595335341,"name":"h:2","queues":"q"}');
  expect((await act('workers', 'clean', '--yes')).stdout).toBe('cleaned 2 of 2\n');
  expect(await list('queue:q')).toEqual(['{"class":"A","args":[1.0]}']);
  expect(await list('failed')).toEqual([expect.stringContaining('"payload":{"class":"B","args":[]}')]);
  expect(await redis.smembers('resque:workers')).toEqual(['h:3:q']);
});

test('workers clean puts back what a worker had in hand that is not registered any more', async () => {
  const record =
    '{"queue":"q","run_at":"x","worker":"h:1","lease":"1@h:n","claim":1,"payload":{"class":"A","args":[1.0]}}';
  await server.redis.set('resque:worker:h:1:q', record);
  expect((await act('workers', 'clean', 'h:1:q', '--yes')).stdout).toBe('cleaned 1 of 1\n');
  expect(await list('queue:q')).toEqual(['{"class":"A","args":[1.0]}']);
  expect(await server.redis.exists('resque:worker:h:1:q')).toBe(0);
  expect((await act('workers', 'clean', 'h:1:q', '--yes')).code).toBe(3);
});
