import { Queue } from '@reskue/queue';
import { redisServer, until } from '@reskue/testkit';
import { beforeEach, expect, test } from 'vitest';
import { freePort } from './free-port.test-kit.js';
import { commandRunner, program } from './running-command.test-kit.js';

const kit = redisServer();
const reskue = commandRunner(() => ({ REDIS_URL: `unix://${kit.socket}` }));
const jobs = program('jobs.mjs');
const slow = { timeoutMs: 15_000 };
let port = '';

beforeEach(async () => {
  port = String(await freePort());
});

async function ask(path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  // Every answer but /metrics is an object.
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const status = (path: string): Promise<number> =>
  ask(path)
    .then((answer) => answer.status)
    .catch(() => 0);
async function metrics(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  return response.text();
}
async function enqueue(count: number, name: string, ...args: unknown[]): Promise<void> {
  await using queue = new Queue({ connection: kit.connection });
  await queue.connect();
  for (let number = 0; number < count; number += 1) await queue.enqueue('a', name, [`${number}`, ...args]);
}

test('a worker is live from the beginning, and ready while it claims', { timeout: 30_000 }, async () => {
  await kit.server.kill();
  const work = reskue(['work', '-r', jobs, '--health-port', port, '-c', '2']);
  await work.logged('waiting for Redis');
  expect(await status('/healthz')).toBe(200);
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: { phase: 'starting', connected: false } });
  await kit.restart();
  await until(async () => (await status('/readyz')) === 200, slow);
  expect((await ask('/readyz')).body).toMatchObject({ phase: 'working', claiming: 2, busy: 0 });

  await kit.server.kill();
  await until(async () => (await status('/readyz')) === 503, slow);
  expect(await status('/healthz')).toBe(200);
  await kit.restart();
  await until(async () => (await status('/readyz')) === 200, slow);

  work.kill('SIGTSTP');
  await until(async () => (await status('/readyz')) === 503);
  work.kill('SIGCONT');
  await until(async () => (await status('/readyz')) === 200);

  await enqueue(1, 'succeed', 1_500);
  await until(async () => (await ask('/healthz')).body.busy === 1);
  work.kill('SIGTERM');
  await until(async () => (await status('/readyz')) === 503);
  expect((await ask('/healthz')).body).toMatchObject({ phase: 'draining', busy: 1 });
  expect(await work.exited).toBe(0);
  expect(await status('/healthz')).toBe(0);
});

test('a worker that has lost its lease for good is not live', { timeout: 40_000 }, async () => {
  const work = reskue(['work', '-r', jobs, '--health-port', port]);
  await work.logged('working');
  // Somebody takes its lease away again and again: it works for nobody.
  const thief = setInterval(() => void kit.redis.del('resque:leases'), 20);
  try {
    await until(async () => (await status('/healthz')) === 503, { timeoutMs: 30_000 });
    expect((await ask('/healthz')).body.sick).toMatch(/^no lease for \d+ s$/);
  } finally {
    clearInterval(thief);
  }
});

test('/metrics counts what the process did', async () => {
  const work = reskue(['work', '-r', jobs, '--health-port', port]);
  await work.logged('working');
  await enqueue(3, 'succeed');
  await enqueue(1, 'fail');
  await work.logged('failed');
  const text = await metrics();
  expect(text).toMatch(/^reskue_jobs_processed_total\{[^}]*class="succeed"[^}]*\} 3$/m);
  expect(text).toMatch(/^reskue_jobs_failed_total\{[^}]*class="fail"[^}]*\} 1$/m);
  expect(await status('/elsewhere')).toBe(404);
});

test(
  'a fleet has one port: ready when all are, and counts outlive their processes',
  { timeout: 40_000 },
  async () => {
    const fleet = reskue(['work', '-r', jobs, '-q', 'a', '--processes', '2', '--health-port', port]);
    await until(async () => (await status('/readyz')) === 200, slow);
    await enqueue(20, 'succeed');
    const processed = async (): Promise<number> =>
      Number(/^reskue_jobs_processed_total\{[^}]*class="succeed"[^}]*\} (\d+)$/m.exec(await metrics())?.[1]);
    await until(async () => (await processed()) === 20, slow);
    fleet.kill('SIGUSR2');
    await fleet.logged('rolling restart done', slow);
    expect(await processed()).toBe(20);
    await enqueue(5, 'succeed');
    await until(async () => (await processed()) === 25, slow);

    const { body } = await ask('/healthz');
    const [one] = body.processes as { pid: number }[];
    process.kill(one!.pid, 'SIGKILL');
    await until(async () => (await status('/readyz')) === 503);
    expect(await status('/healthz')).toBe(200);
    await until(async () => (await status('/readyz')) === 200, slow);
    expect((await ask('/healthz')).body.restarts).toBe(1);
    expect(await processed()).toBe(25);
    fleet.kill('SIGTERM');
    expect(await fleet.exited).toBe(0);
  },
);

test('reskue health asks the port, as the environment says it', async () => {
  const env = { HEALTH_PORT: port };
  expect(await reskue(['health'], env).exited).toBe(1);
  const work = reskue(['work', '-r', jobs], env);
  await work.logged('working');
  expect(await reskue(['health'], env).exited).toBe(0);
  const ready = reskue(['health', '--ready'], env);
  expect(await ready.exited).toBe(0);
  expect(JSON.parse(ready.stdout)).toMatchObject({ ok: true, phase: 'working' });
  work.kill('SIGTSTP');
  await until(async () => (await status('/readyz')) === 503);
  expect(await reskue(['health', '--ready'], env).exited).toBe(1);
  expect(await reskue(['health'], env).exited).toBe(0);
});

test('without a port it looks for the leases of this host in Redis', async () => {
  const none = reskue(['health']);
  expect(await none.exited).toBe(1);
  expect(none.stderr).toContain('keeps a lease');
  const work = reskue(['work', '-r', jobs]);
  await work.logged('working');
  expect(await reskue(['health']).exited).toBe(0);
  work.kill('SIGTERM');
  await work.exited;
  expect(await reskue(['health']).exited).toBe(1);
  expect(await reskue(['health', '--url', 'redis://127.0.0.1:1', '--timeout', '1s']).exited).toBe(5);
});

test('a port that is taken is told', async () => {
  const first = reskue(['work', '-r', jobs, '--health-port', port]);
  await first.logged('working');
  const second = reskue(['work', '-r', jobs, '--health-port', port]);
  expect(await second.exited).toBe(2);
  expect(second.stderr).toMatch(/--health-port \d+: .*EADDRINUSE/);
});

test('a scheduler is ready while Redis answers', async () => {
  const schedule = reskue(['schedule', '--health-port', port]);
  await until(async () => (await status('/readyz')) === 200, slow);
  await until(async () => (await ask('/readyz')).body.leader === true, slow);
  expect(await metrics()).toContain('reskue_');
  schedule.kill('SIGTERM');
  expect(await schedule.exited).toBe(0);
});
