import { redisServer } from '@reskue/testkit';
import { beforeEach, expect, test } from 'vitest';
import { inTerminal, bin, reskue } from './run-cli.js';

const server = redisServer();
const NODE_FAILURE =
  '{"worker":"h:1","queue":"math","payload":{"class":"Add","queue":"math","args":[3,4]},"exception":"Error","error":"boom 77 at 0xdeadbeef11","backtrace":null,"failed_at":"Sun Nov 22 2026 08:15:29 GMT+0000 (Coordinated Universal Time)"}';
const RUBY_FAILURE =
  '{"failed_at":"2026/11/22 08:15:28 UTC","payload":{"class":"Mail","args":[1.0]},"exception":"RuntimeError","error":"boom 12 at 0xdeadbeef99","backtrace":["a.rb:1"],"worker":"h:1:mail","queue":"mail"}';
const see = async (...args: string[]) => reskue(args, { env: { RESKUE_URL: `unix://${server.socket}` } });
const terminal = (line: string, columns: number) =>
  inTerminal(`${process.execPath} ${bin} ${line}`, {
    columns,
    env: { RESKUE_URL: `unix://${server.socket}` },
  });

beforeEach(async () => {
  const { redis } = server;
  await redis.sadd('resque:queues', 'mail', 'math');
  await redis.rpush(
    'resque:queue:mail',
    '{"class":"Mail","queue":"mail","args":["bob@example.org",1.0]}',
    '{"class":"Mail","args":["ann\\u001b[31m\\n"],"id":"my-own-id"}',
    'not json',
    Buffer.from([0xff, 0x1b]),
  );
  await redis.rpush(
    'resque:queue:math',
    '{"class":"Add","queue":"math","args":[1,2],"enqueued_at":1795335341000}',
  );
  await redis.rpush('resque:failed', RUBY_FAILURE, NODE_FAILURE, 'broken', '{"payload":5,"failed_at":null}');
  await redis.sadd('resque:workers', 'h:1:mail,math', 'ruby:77:*', 'odd');
  await redis.set(
    'resque:worker:h:1:mail,math',
    '{"run_at":"Sun Nov 22 2026 08:15:28 GMT+0000 (Coordinated Universal Time)","worker":"h:1","payload":{"class":"Mail","args":{},"queue":"mail"},"queue":"mail"}',
  );
  await redis.set('resque:worker:h:1:mail,math:started', '1795335341');
  await redis.set('resque:worker:ruby:77:*:started', '2026-11-22 08:15:28 +0000');
  await redis.hset('resque:workers:heartbeat', 'ruby:77:*', '2020-11-22T08:15:28+00:00');
  await redis.set('resque:worker:ping:h:1', '{"time":1595335341,"name":"h:1","queues":"mail,math"}');
  await redis.zadd('resque:delayed_queue_schedule', 1595335341, '1595335341', 4095335341, '4095335341');
  await redis.rpush('resque:delayed:1595335341', '{"class":"Add","queue":"math","args":[9]}');
  await redis.rpush('resque:delayed:4095335341', '{"class":"Add","args":[10],"queue":"math"}', 'odd');
  await redis.zadd('resque:due', 4095335341250, '4095335341:{"class":"Add","args":[10],"queue":"math"}');
  await redis.set('resque:lock:Add:math:[1,2]', '1595335341', 'EX', 3600);
  await redis.set('resque:stat:processed', '100');
});

test('queues tells depth, since when the head waits, and why nothing moves', async () => {
  expect(await see('queues')).toEqual({
    code: 0,
    stdout:
      'mail\t4\t-\t1\t0\tno worker listens\nmath\t1\t2026-11-22T08:15:41.000Z\t0\t0\tno worker listens\n',
    stderr: '',
  });
});

test('jobs of any writer are listed, and what is none by its text; nothing in them moves the cursor', async () => {
  const { code, stdout } = await see('jobs', '-q', 'mail');
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    '2eea1e896bda\tmail\tMail\t-\t["bob@example.org",1]',
    'my-own-id\tmail\tMail\t-\t["ann\\u001b[31m\\n"]',
    'ed0d1292643d\tmail\t(unreadable)\t-\tnot json',
    expect.stringMatching(/^[0-9a-f]{12}\tmail\t\(unreadable\)\t-\t\ufffd\\u\{1b\}$/),
    '',
  ]);
  expect((await terminal('jobs', 80)).text).toContain('ann\\u001b[31m');
});

test('--json is one document, --ndjson a line each, both with all that is known', async () => {
  const [json, ndjson] = [await see('jobs', '--json'), await see('jobs', '--ndjson')];
  const records = JSON.parse(json.stdout) as { id: string }[];
  expect(records).toHaveLength(5);
  expect(records[1]).toEqual({
    id: 'my-own-id',
    state: 'waiting',
    queue: 'mail',
    class: 'Mail',
    args: ['ann\u001b[31m\n'],
  });
  expect(
    ndjson.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toEqual(records);
});

test('failed jobs are listed from the newest, in any shape, and grouped by what went wrong', async () => {
  const { stdout } = await see('failed');
  expect(stdout.split('\n').map((line) => line.split('\t').slice(1, 6).join('|'))).toEqual([
    '-|(unreadable)|-|-|-',
    '-|(unreadable)|-|-|-',
    'math|Add|Error|boom 77 at 0xdeadbeef11|2026-11-22T08:15:29.000Z',
    'mail|Mail|RuntimeError|boom 12 at 0xdeadbeef99|2026-11-22T08:15:28.000Z',
    '',
  ]);
  await server.redis.rpush('resque:failed', NODE_FAILURE.replace('77', '78').replace(':29', ':59'));
  expect((await see('failed', '--group')).stdout.split('\n')[0]).toBe(
    '2\tAdd\tError\tboom <n> at <id>\t2026-11-22T08:15:29.000Z\t2026-11-22T08:15:59.000Z',
  );
});

test.each([
  ['--class', 'Add', 1],
  ['--error', 'at 0xdeadbeef', 2],
  ['--search', '"args":[1.0]', 1],
  ['--id', '22d0c476c7ed', 1],
  ['--queue', 'mail', 1],
  ['--error', 'never', 0],
])('failed %s %s finds %i', async (option, value, count) => {
  const { code, stdout } = await see('failed', option, value);
  expect(stdout.split('\n')).toHaveLength(count + 1);
  expect(code).toBe(count === 0 ? 3 : 0);
});

test('delayed jobs come with their exact time, jobs at work with their worker', async () => {
  expect(
    (await see('delayed')).stdout.split('\n').map((line) => line.split('\t').slice(1).join('|')),
  ).toEqual([
    '2020-07-21T12:42:21.000Z|math|Add|[9]',
    '2099-10-10T17:09:01.250Z|math|Add|[10]',
    '2099-10-10T17:09:01.000Z|-|(unreadable)|odd',
    '',
  ]);
  expect((await see('jobs', '--state', 'working')).stdout).toContain('\th:1:mail,math\t');
});

test('workers of all three kinds, and what their signs of life say', async () => {
  const rows = (await see('workers')).stdout.trimEnd().split('\n');
  expect(rows.map((line) => line.split('\t').slice(0, 5).join('|'))).toEqual([
    'h:1|mail,math|node-resque|dead|2026-11-22T08:15:41.000Z',
    'odd|-|unknown|unknown|-',
    'ruby:77|*|ruby|dead|2026-11-22T08:15:28.000Z',
  ]);
  expect((await see('workers', '--dead')).stdout.trimEnd().split('\n')).toHaveLength(2);
});

test('locks, schedules and counters', async () => {
  expect((await see('locks')).stdout).toMatch(/^lock:Add:math:\[1,2\]\t-\tlapsed\t20/);
  expect((await see('schedules')).code).toBe(3);
  await server.redis.hset(
    'resque:persistent_schedules',
    'nightly',
    '{"cron":"0 3 * * *","class":"Report","queue":"mail","args":[]}',
  );
  expect((await see('schedules')).stdout).toMatch(/^nightly\t0 3 \* \* \*\tmail\tReport\ton\t-\t20/);
  expect((await see('stats')).stdout.split('\t').slice(1).join(' ')).toBe('5 100 0 - -\n');
  const watched = await see('stats', '--watch', '--interval', '100ms', '--count', '2');
  expect(watched.stdout.trimEnd().split('\n')).toHaveLength(2);
});

test('status is one screen: facts, problems, and the deepest queues first', async () => {
  const { code, stdout } = await see('status', '--json', '--sample', '10ms');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    waiting: 5,
    working: 1,
    failed: 4,
    delayed: { jobs: 3 },
    workers: { alive: 1, dead: 2 },
    leader: null,
    problems: [
      'jobs are delayed and no scheduler leads: reskue schedule',
      '2 workers are dead: reskue workers clean',
    ],
    rates: { processedPerSecond: 0 },
  });
  expect((await terminal('status', 100)).text).toMatch(
    /^QUEUE +DEPTH +HEAD +WORKING +WORKERS +NOTE\nmail +4 +- /m,
  );
});

test.each([40, 60, 100, 200])(
  'on a terminal of %i columns a table fits, and what is cut says so',
  async (columns) => {
    const { text } = await terminal('failed', columns);
    const lines = text.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(columns);
    expect(lines[0]).toMatch(/^ID +/);
    expect(text.includes('…')).toBe(columns < 100);
  },
);

test('colours on a terminal alone, unless NO_COLOR or FORCE_COLOR say otherwise', async () => {
  const env = { RESKUE_URL: `unix://${server.socket}` };
  const line = `${process.execPath} ${bin} queues`;
  const ESC = '\u001b[1m';
  expect((await inTerminal(line, { env, raw: true })).text).toContain(ESC);
  expect((await inTerminal(line, { env: { ...env, NO_COLOR: '1' }, raw: true })).text).not.toContain(ESC);
  expect((await inTerminal(`${line} --no-color`, { env, raw: true })).text).not.toContain(ESC);
  expect((await see('queues')).stdout).not.toContain('\u001b');
});

test('tail tells what happens between its looks', async () => {
  const tailing = see('tail', '--for', '2s', '--interval', '50ms');
  const poll = setInterval(() => void server.redis.incr('resque:stat:processed'), 100);
  await server.redis.config('RESETSTAT');
  const asked = async () =>
    Number(/cmdstat_time:calls=(\d+)/.exec(await server.redis.info('commandstats'))?.[1] ?? 0);
  while ((await asked()) < 2) await new Promise((resolve) => setImmediate(resolve));
  await server.redis.rpush('resque:failed', NODE_FAILURE);
  await server.redis.sadd('resque:paused', 'mail');
  await server.redis.sadd('resque:workers', 'new:1:mail');
  const { stdout } = await tailing;
  clearInterval(poll);
  const events = stdout.split('\n').map((text) => text.split('\t')[1]);
  expect(events).toEqual(expect.arrayContaining(['failed', 'paused', 'worker-up', 'processed']));
});

test('top draws a screen and ends with q; off a terminal it is refused', async () => {
  expect((await see('top')).code).toBe(2);
  const { code, text } = await inTerminal(`${process.execPath} ${bin} top --interval 100ms`, {
    env: { RESKUE_URL: `unix://${server.socket}` },
    input: 'sr+ q',
  });
  expect(code).toBe(0);
  expect(text).toContain('reskue top');
  expect(text).toContain('no worker listens');
});
