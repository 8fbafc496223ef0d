import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { onPath } from './find-redis.js';
import { getRedis } from './get-redis.js';

let root = '';
let said: string[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reskue-get-test-'));
  said = [];
  onTestFinished(() => rmSync(root, { recursive: true }));
});

/** Commands of that name on a PATH of our own: a shell script each, which also writes down how it was called. */
const machine = (commands: Record<string, string>, isRoot: boolean) => {
  const bin = join(root, 'bin');
  mkdirSync(bin);
  // The scripts' own tools, and no more: a Redis of this machine must not be found.
  for (const tool of ['mkdir', 'touch', 'chmod', 'dirname'])
    symlinkSync(onPath(tool, process.env) ?? tool, join(bin, tool));
  for (const [name, script] of Object.entries(commands))
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "$LOG"\n${script}\n`, { mode: 0o755 });
  const env = {
    PATH: bin,
    LOG: join(root, 'log'),
    RESKUE_CACHE_DIR: join(root, 'cache'),
  };
  return {
    env,
    isRoot,
    packagePath: join(root, 'usr/redis-server'),
    say: (line: string) => void said.push(line),
  };
};
const called = () => readFileSync(join(root, 'log'), 'utf8');

const makeServer = (path: string) =>
  `mkdir -p "$(dirname "${path}")" && printf '#!/bin/sh\\n' > "${path}" && chmod 755 "${path}"`;
const apt = `case "$*" in
  *--simulate*) echo 'Inst libjemalloc2 (5.3 Debian)'; echo 'Inst redis-server (7.0 Debian)'; echo 'Conf redis-server' ;;
  *download*) touch redis-server_7_amd64.deb libjemalloc2_5_amd64.deb ;;
esac`;
const dpkg = `${makeServer('$3/usr/bin/redis-server')} && mkdir -p "$3/usr/lib/x"`;

test('root installs the package and says so', async () => {
  const context = machine({ 'apt-get': makeServer('$(dirname "$LOG")/usr/redis-server'), dpkg: '' }, true);
  const { path } = await getRedis(context);
  expect(path).toBe(join(root, 'usr/redis-server'));
  expect(called()).toMatch(/apt-get .*update\napt-get .*install -y --no-install-recommends redis-server\n/);
  expect(said[0]).toBe('No Redis server found: installing the package redis-server with apt-get.');
});

test('a package that is installed already is used, even when PATH does not show it', async () => {
  const context = machine({ 'apt-get': makeServer('$(dirname "$LOG")/usr/redis-server'), dpkg: '' }, true);
  const first = await getRedis(context);
  const calls = called();
  expect(await getRedis(context)).toEqual(first);
  expect(called()).toBe(calls);
});

test('without root the package and the libraries that lack are unpacked into the cache folder', async () => {
  const context = machine({ 'apt-get': apt, dpkg }, false);
  const cached = join(root, 'cache/redis');
  expect(await getRedis(context)).toEqual({
    path: join(cached, 'usr/bin/redis-server'),
    libraryPath: `${cached}/usr/lib:${cached}/usr/lib/x`,
  });
  expect(called()).toMatch(/ download libjemalloc2 redis-server\n/);
  expect(called()).not.toMatch(/ install -y/);
  expect(readdirSync(join(root, 'cache'))).toEqual(['redis']);
  expect(readdirSync(join(root, 'cache/redis/usr/bin'))).toEqual(['redis-server']);
  expect(said[0]).toContain(join(root, 'cache'));
});

test('what apt said last is in the error, and nothing half-done stays', async () => {
  const context = machine({ 'apt-get': 'echo "E: Unable to locate" >&2; exit 100', dpkg: '' }, false);
  await expect(getRedis(context)).rejects.toMatchObject({
    code: 'RESKUE_REDIS_NOT_FOUND',
    message: expect.stringContaining('E: Unable to locate') as string,
  });
  expect(readdirSync(join(root, 'cache'))).toEqual([]);
});

test('a machine without apt is told the three ways out', async () => {
  const context = machine({}, false);
  await expect(getRedis(context)).rejects.toMatchObject({
    code: 'RESKUE_REDIS_NOT_FOUND',
    message: expect.stringMatching(/1\. install[^]*2\. set REDIS_SERVER_BIN[^]*3\. set REDIS_URL/) as string,
  });
});
