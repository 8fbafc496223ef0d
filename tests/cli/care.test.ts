import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisServer } from '@reskue/testkit';
import { afterAll, expect, test } from 'vitest';
import { reskue } from './run-cli.js';

const server = redisServer();
const care = async (...args: string[]) => reskue(args, { env: { RESKUE_URL: `unix://${server.socket}` } });
const folder = mkdtempSync(join(tmpdir(), 'reskue-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Found {
  check: string;
  state: string;
  remedy: string | null;
}
const doctor = async (): Promise<{ code: number; found: Map<string, Found> }> => {
  const { code, stdout } = await care('doctor', '--json');
  const rows = JSON.parse(stdout) as Found[];
  return { code, found: new Map(rows.map((row) => [row.check, row])) };
};

test('doctor finds nothing wrong with a healthy Redis, and says so', async () => {
  const { code, found } = await doctor();
  expect(code).toBe(0);
  expect([...found.values()].filter(({ state }) => state === 'fault')).toEqual([]);
  expect([...found.keys()]).toEqual([
    'version',
    'eviction',
    'memory',
    'persistence',
    'latency',
    'clock',
    'dead workers',
    'worker ids',
    'orphan records',
    'orphan locks',
    'leaders',
    'entries',
  ]);
});

test('doctor finds each fault, ends with 1, and has a remedy for all', async () => {
  const { redis } = server;
  await redis.config('SET', 'maxmemory', '1gb', 'maxmemory-policy', 'allkeys-lru');
  await redis.sadd('resque:workers', 'h:1:q', 'odd');
  await redis.set('resque:worker:ping:h:1', '{"time":1595335341,"name":"h:1","queues":"q"}');
  await redis.set('resque:worker:gone:1:q', '{"queue":"q","payload":{}}');
  await redis.set('resque:lock:A:q:[]', '1595335341');
  await redis.set('resque:resque_scheduler_leader_lock', 'one:1');
  await redis.set('resque:resque:resque_scheduler_master_lock', 'two:2');
  await redis.sadd('resque:queues', 'q', 'wrong');
  await redis.set('resque:queue:wrong', 'a text');
  await redis.rpush('resque:queue:q', 'broken');
  await redis.rpush('resque:failed', 'broken');
  await redis.zadd('resque:delayed_queue_schedule', 4095335341, '4095335341');
  await redis.rpush('resque:delayed:4095335341', 'broken');
  try {
    const { code, found } = await doctor();
    expect(code).toBe(1);
    const faults = [...found.values()].filter(({ state }) => state === 'fault');
    expect(faults.map(({ check }) => check)).toEqual([
      'eviction',
      'dead workers',
      'orphan records',
      'orphan locks',
      'leaders',
      'queue q',
      'queue wrong',
      'failed',
      'delayed',
    ]);
    const wanting = [...found.values()].filter(({ state, remedy }) => state !== 'ok' && !remedy);
    expect(wanting).toEqual([]);
    // A queue whose key is no list breaks no listing.
    for (const command of ['status', 'queues', 'stats']) expect((await care(command)).code).toBe(0);
  } finally {
    await redis.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
  }
});

/** Everything that an export has, as bytes. */
async function contents(redis: typeof server.redis): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of (await redis.keys('*')).sort()) {
    // Written at each connecting, for a second.
    if (key === 'resque:connection_test_key') continue;
    const kind = await redis.type(key);
    if (kind === 'list')
      found[key] = (await redis.lrangeBuffer(key, 0, -1)).map((one) => one.toString('hex'));
    if (kind === 'set') found[key] = (await redis.smembers(key)).sort();
    if (kind === 'zset')
      found[key] = (await redis.zrangebyscoreBuffer(key, '-inf', '+inf', 'WITHSCORES')).map((one) =>
        one.toString('hex'),
      );
    if (kind === 'hash') found[key] = await redis.hgetall(key);
    if (kind === 'string') found[key] = [await redis.get(key), Math.round((await redis.pttl(key)) / 60_000)];
  }
  return found;
}

test('export and import are a round trip, byte for byte', async () => {
  const { redis } = server;
  await redis.sadd('resque:queues', 'mail', 'empty', 'ü:,x');
  const odd = [
    Buffer.from([0xff, 0x00, 0xfe]),
    'not json',
    '',
    ' {"class":"A"}\n',
    '{"class":"A","args":[1.0,12345678901234567890,"\\u003c"]}',
  ];
  await redis.rpush('resque:queue:mail', ...odd, ...odd);
  await redis.rpush(
    'resque:queue:ü:,x',
    ...Array.from({ length: 1_200 }, (_, at) => `{"class":"A","args":[${at}]}`),
  );
  await redis.rpush('resque:failed', ...odd);
  await redis.sadd('resque:paused', 'mail');
  for (const second of [1595335341, 4095335341]) {
    const payload = `{"class":"A","queue":"mail","args":[${second},1.0]}`;
    await redis.zadd('resque:delayed_queue_schedule', second, String(second));
    await redis.rpush(`resque:delayed:${second}`, payload, payload);
    await redis.sadd(`resque:timestamps:${payload}`, `delayed:${second}`);
    await redis.zadd('resque:due', second * 1_000 + 250, `${second}:${payload}`);
  }
  await redis.set('resque:lock:A:mail:[]', '4095335341', 'PX', 3_600_000);
  await redis.set('resque:lock:A:mail:[1]', '4095335341.9123456789012340000011000000001', 'PX', 3_600_000);
  await redis.hset('resque:persistent_schedules', 'night', '{"cron":"0 3 * * *","class":"R","args":1.0}');
  await redis.sadd('resque:schedules_changed', 'night');
  const before = await contents(redis);
  const exported = await care('export');
  expect(exported.code).toBe(0);
  const file = join(folder, 'jobs.ndjson');
  writeFileSync(file, exported.stdout);
  const env = { RESKUE_URL: `unix://${server.socket}`, RESKUE_DB: '1' };
  const target = server.client({ db: 1 });
  expect((await reskue(['import', '--dry-run', file], { env })).stdout).toMatch(/^would import 12\d\d\n$/);
  expect(Object.keys(await contents(target))).toEqual([]);
  expect((await reskue(['import', file], { env })).code).toBe(0);
  expect(await contents(target)).toEqual(before);
});

test.each([
  ['no JSON', '{"type":"job"', 'line 1: no JSON'],
  ['an unknown type', '{"type":"toString"}', 'line 1: unknown type "toString"'],
  ['a job without its payload', '{"type":"job","queue":"q"}', 'line 1: "payload" of a line of type job'],
  [
    'a lock that is none',
    '{"type":"lock","lock":"queues","value":{"text":"1"},"ttlMs":null}',
    'line 1: "lock"',
  ],
])('import refuses %s, and names the line', async (_, line, message) => {
  const { code, stderr } = await reskue(['import'], {
    env: { RESKUE_URL: `unix://${server.socket}` },
    input: line,
  });
  expect(code).toBe(1);
  expect(stderr).toContain(message);
});

test('import of a file that is not there says so', async () => {
  const { code, stderr } = await care('import', '/nonexistent/file');
  expect(code).toBe(1);
  expect(stderr).toContain('ENOENT');
});

test.each(['bash', 'zsh', 'fish'])('completion of %s names every command', async (shell) => {
  const { code, stdout } = await care('completion', shell);
  expect(code).toBe(0);
  for (const name of ['status', 'enqueue', 'doctor', 'work']) expect(stdout).toContain(name);
});

test('bash completes commands, second words and options', async () => {
  const script = join(folder, 'reskue.bash');
  writeFileSync(script, (await care('completion', 'bash')).stdout);
  const complete = (...words: string[]) =>
    execFileSync('bash', [
      '-c',
      `source ${script}; COMP_WORDS=(reskue ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _reskue; echo "\${COMPREPLY[*]}"`,
    ])
      .toString()
      .trim();
  expect(complete('stat')).toBe('status stats');
  expect(complete('workers', 'cl')).toBe('clean');
  expect(complete('retry', '--dr')).toBe('--dry-run');
});

test('version tells its own, Node’s and that of ioredis', async () => {
  const { stdout } = await care('version', '--json');
  expect(JSON.parse(stdout)).toEqual({
    reskue: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
    ioredis: expect.stringMatching(/^\d+\./),
  });
});
