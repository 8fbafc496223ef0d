import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, redisServer, until } from '@reskue/testkit';
import { afterAll, expect, test } from 'vitest';
import { bin, reskue, runToEnd } from './run-cli.js';

const server = redisServer();
const PASSWORD = 'very-secret-word';
const folder = mkdtempSync(join(tmpdir(), 'reskue-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const url = () => `unix://${server.socket}`;

test.each([
  ['0: done', ['version'], 0],
  ['2: no command', [], 2],
  ['2: an unknown command', ['statsu'], 2],
  ['2: an unknown option', ['status', '--nope'], 2],
  ['2: a missing argument', ['clear'], 2],
  ['2: an argument too many', ['status', 'more'], 2],
  ['2: a number that is none', ['jobs', '--limit', 'many'], 2],
  ['2: no choice of jobs', ['retry'], 2],
  ['2: two choices of jobs', ['retry', '--all', '--class', 'A'], 2],
  ['2: a dialect that there is not', ['status', '--dialect', 'python'], 2],
  ['2: a URL that is none', ['status', '--url', 'http://x'], 2],
  ['3: nothing matched', ['jobs', '-q', 'none'], 3],
])('exit code %s', async (_, args, code) => {
  const ended = await reskue(args, { env: { RESKUE_URL: url() } });
  expect({ code: ended.code, stdout: code === 0 ? '' : ended.stdout }).toEqual({ code, stdout: '' });
  expect(ended.stderr === '').toBe(code === 0 || code === 3);
});

test.each([[['--help']], [['jobs', '--help']], [['help', 'retry']]])(
  '%j shows the exit codes, on stdout',
  async (args) => {
    const { code, stdout } = await reskue(args);
    expect(code).toBe(0);
    for (const text of ['Exit codes:', '5      Redis could not be reached', '128+n'])
      expect(stdout).toContain(text);
  },
);

test('exit code 5: nobody there is told at once, a server that is silent within the timeout', async () => {
  const refused = await reskue(['status', '--port', String(await freePort())]);
  expect(refused.code).toBe(5);
  expect(refused.stderr).toMatch(/^error: Could not connect to Redis at 127.0.0.1:\d+: /);
  const silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as { port: number };
  const startedAt = performance.now();
  const { code } = await reskue(['status', '--port', String(port), '--timeout', '300ms']);
  expect(code).toBe(5);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  await new Promise((resolve) => silent.close(resolve));
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends what is under way with %i', async (signal, code) => {
  const child = spawn(process.execPath, [bin, 'stats', '--watch', '--interval', '100ms'], {
    env: { PATH: process.env.PATH, RESKUE_URL: url() },
  });
  await once(child.stdout, 'data');
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([code, null]);
});

test('a reader that has enough ends it quietly', async () => {
  await server.redis.rpush(
    'resque:queue:q',
    ...Array.from({ length: 20_000 }, (_, at) => `{"class":"A","args":[${at}]}`),
  );
  const { code, stdout, stderr } = await runToEnd(
    'bash',
    ['-c', `set -o pipefail; ${process.execPath} ${bin} jobs -q q --limit 0 | head -1`],
    { env: { RESKUE_URL: url() } },
  );
  expect({ code, lines: stdout.split('\n').length, stderr }).toEqual({ code: 0, lines: 2, stderr: '' });
});

test('a password comes from a file, the environment, the configuration or a URL, and is never shown', async () => {
  const file = join(folder, 'password');
  writeFileSync(file, `${PASSWORD}\n`);
  // Connections that are there already stay as they are.
  await server.redis.config('SET', 'requirepass', PASSWORD);
  const at = url();
  const withPassword = at.replace('unix://', `unix://:${PASSWORD}@`);
  const config = join(folder, 'with-password.json');
  writeFileSync(config, JSON.stringify({ url: at, password: PASSWORD }));
  const ways: [string[], Record<string, string>][] = [
    [['-u', at, '--password-file', file], {}],
    [['-u', at], { RESKUE_PASSWORD: PASSWORD }],
    [['-u', withPassword], {}],
    [[], { REDIS_URL: withPassword }],
    [['--config', config], {}],
  ];
  for (const [args, env] of ways) {
    const { code, stdout, stderr } = await reskue(['status', '--sample', '0ms', ...args], { env });
    expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
    expect(stdout).not.toContain(PASSWORD);
  }
  const wrong = await reskue(['status', '-u', at], { env: { RESKUE_PASSWORD: 'wrong-secret-word' } });
  expect(wrong.code).toBe(5);
  for (const args of [
    ['status', '-u', `redis://me:${PASSWORD}@127.0.0.1:${await freePort()}`],
    ['statsu', `redis://:${PASSWORD}@h`],
    ['jobs', '--limit', `redis://:${PASSWORD}@h`],
  ]) {
    const { stdout, stderr } = await reskue(args);
    expect(stdout + stderr).not.toContain(PASSWORD);
  }
  expect(wrong.stdout + wrong.stderr).not.toContain('wrong-secret-word');
  await server.redis.config('SET', 'requirepass', '');
});

test('a password on the command line is soon not in ps', async () => {
  const child = spawn(
    process.execPath,
    [bin, 'stats', '--watch', '-u', `unix://:${PASSWORD}@${server.socket}`],
    {
      env: { PATH: process.env.PATH },
    },
  );
  try {
    const shown = () => readFileSync(`/proc/${child.pid}/cmdline`, 'utf8');
    await until(() => shown().includes('reskue stats'));
    expect(shown()).not.toContain(PASSWORD);
  } finally {
    child.kill();
    await once(child, 'exit');
  }
});

test.each(['js', 'mjs', 'cjs', 'ts', 'json'])(
  'reskue.config.%s is read; environment and flag win over it',
  async (extension) => {
    const cwd = mkdtempSync(join(folder, 'config-'));
    const values = JSON.stringify({ url: url(), namespace: 'from-file' });
    const texts: Record<string, string> = {
      json: values,
      cjs: `module.exports = ${values};`,
      ts: `const config: { namespace: string } = ${values};\nexport default config;`,
    };
    writeFileSync(join(cwd, `reskue.config.${extension}`), texts[extension] ?? `export default ${values};`);
    writeFileSync(join(cwd, 'package.json'), '{"type":"module"}');
    const namespace = async (args: string[], env: Record<string, string>) =>
      (
        JSON.parse((await reskue(['status', '--json', '--sample', '0ms', ...args], { env, cwd })).stdout) as {
          namespace: string;
        }
      ).namespace;
    expect(await namespace([], {})).toBe('from-file');
    expect(await namespace([], { NAMESPACE: 'from-env' })).toBe('from-env');
    expect(await namespace(['-n', 'from-flag'], { NAMESPACE: 'from-env' })).toBe('from-flag');
  },
);

test('a configuration file with an unknown member, or that does not load, is refused', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"nmaespace":"x"}');
  const { code, stderr } = await reskue(['status', '--config', wrong]);
  expect(code).toBe(2);
  expect(stderr).toContain('"nmaespace" is no option');
  expect((await reskue(['status', '--config', join(folder, 'absent.json')])).code).toBe(2);
  writeFileSync(wrong, '{');
  expect((await reskue(['status', '--config', wrong])).stderr).toContain('could not be loaded');
});

/** The files that a run of the command line loads, by their paths, and their bytes in all: what its start costs. */
const loads = async (args: string[]): Promise<{ files: string[]; bytes: number }> => {
  const coverage = mkdtempSync(join(folder, 'loads-'));
  await runToEnd(process.execPath, [bin, ...args], {
    env: { RESKUE_URL: url(), NODE_V8_COVERAGE: coverage },
  });
  const [report = ''] = readdirSync(coverage);
  const { result } = JSON.parse(readFileSync(join(coverage, report), 'utf8')) as {
    result: { url: string }[];
  };
  const files = result.flatMap((script) => (script.url.startsWith('file:') ? fileURLToPath(script.url) : []));
  return { files, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) };
};

const packageOf = (file: string): string => /packages\/([^/]+)\/dist\//.exec(file)?.[1] ?? 'others';

test('--help loads nothing but the commands’ names and options, and status no more than asking Redis takes', async () => {
  const help = await loads(['--help']);
  expect([...new Set(help.files.map(packageOf))]).toEqual(['cli']);
  expect(help.bytes).toBeLessThan(200_000);
  const status = await loads(['status', '--sample', '0ms']);
  expect([...new Set(status.files.map(packageOf))].toSorted()).toEqual(['cli', 'core', 'others', 'queue']);
  expect(status.files.filter((file) => file.includes('/ioredis/'))).not.toEqual([]);
  expect(status.bytes).toBeLessThan(1_000_000);
});
