import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { redisServer, until } from '@reskue/testkit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { textOf } from './operate-files.test-kit.js';
import { freePort, instructionsOf, PackedApp, Running } from './packed-app.test-kit.js';

const exec = promisify(execFile);
const server = redisServer({ port: 0 });
const packed = new PackedApp();
const running: Running[] = [];
const patient = { timeout: 60_000 };

beforeAll(() => packed.make(), 240_000);
afterAll(() => packed.remove());
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

function start(words: readonly string[], env: Record<string, string> = {}): Running {
  const REDIS_URL = `redis://127.0.0.1:${server.server.port ?? 0}`;
  const one = new Running(packed.app, words, { REDIS_URL, ...env });
  running.push(one);
  return one;
}
const mail = (number: number) => `{"class":"sendMail","queue":"mail","args":["${number}@example.org"]}`;
const processed = () => server.redis.get('resque:stat:processed').then(Number);
const wordsOf = (keyword: string): string[] => {
  const rest = instructionsOf(textOf('Dockerfile')).findLast(([one]) => one === keyword)?.[1] ?? '';
  return JSON.parse(rest.slice(rest.indexOf('['))) as string[];
};

test('the image: works as nobody, is healthy, is quieted, ends in good order', patient, async () => {
  const env = { HEALTH_PORT: await freePort() };
  const worker = start(wordsOf('CMD'), env);
  await until(async () => (await start(wordsOf('HEALTHCHECK'), env).ended()) === 0, { timeoutMs: 20_000 });
  const probe = async (path: string) => (await fetch(`http://127.0.0.1:${env.HEALTH_PORT}${path}`)).status;
  await until(async () => (await probe('/readyz')) === 200);
  await server.redis.rpush('resque:queue:mail', ...Array.from({ length: 100 }, (_, at) => mail(at)));
  await until(async () => (await processed()) === 100);
  const text = await (await fetch(`http://127.0.0.1:${env.HEALTH_PORT}/metrics`)).text();
  expect(text).toContain('reskue_jobs_processed_total{queue="mail",class="sendMail"} 100\n');
  // preStop: kill -TSTP 1
  worker.child.kill('SIGTSTP');
  await until(async () => (await probe('/readyz')) === 503);
  expect(await probe('/healthz')).toBe(200);
  await server.redis.rpush('resque:queue:mail', mail(100));
  worker.child.kill('SIGTERM');
  expect(await worker.ended(), worker.log).toBe(0);
  expect(await server.redis.llen('resque:queue:mail')).toBe(1);
  expect(await server.redis.smembers('resque:workers')).toEqual([]);
  expect(await start(wordsOf('HEALTHCHECK'), env).ended()).toBe(1);
});

test('the Procfile: a worker and a scheduler, as its lines say', patient, async () => {
  const lines = textOf('Procfile').trim().split('\n');
  const all = lines.map((line) => start(['sh', '-c', `exec ${line.slice(line.indexOf(':') + 1).trim()}`]));
  const second = Math.floor(Date.now() / 1_000) + 1;
  await server.redis.rpush(`resque:delayed:${second}`, mail(1));
  await server.redis.zadd('resque:delayed_queue_schedule', second, second);
  await until(async () => (await processed()) === 1, { timeoutMs: 30_000 });
  // Recurring jobs are known to everybody.
  await until(async () => (await server.redis.hkeys('resque:persistent_schedules')).includes('tidyUp'));
  for (const { child } of all) child.kill('SIGTERM');
  for (const one of all) expect(await one.ended(), one.log).toBe(0);
});

test('the unit: systemd takes it, where there is systemd', patient, async () => {
  const unit = textOf('reskue-worker.service').replaceAll('/srv/my-workers', packed.app);
  const file = join(packed.app, 'reskue-worker.service');
  await writeFile(file, unit);
  const sections = [...unit.matchAll(/^\[(\w+)\]$/gm)].map(([, name]) => name);
  expect(sections).toEqual(['Unit', 'Service', 'Install']);
  const analyze = await exec('systemd-analyze', ['verify', '--man=no', file]).catch(
    (error: unknown) => error,
  );
  const { code, stderr = '' } = analyze as { code?: unknown; stderr?: string };
  if (code !== 'ENOENT')
    expect(stderr.split('\n').filter((line) => line.includes('reskue-worker'))).toEqual([]);
});
