import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisServer } from '@reskue/testkit';
import { expect, onTestFinished, test } from 'vitest';

const folder = 'apps/examples/docker';
const dockerfile = readFileSync(`${folder}/Dockerfile`, 'utf8');
const compose = readFileSync(`${folder}/compose.yaml`, 'utf8');
const server = redisServer();

test('the image is made with the pnpm of the lock file', () => {
  // The manifest of this repository has it, or nothing could be installed.
  const { devEngines } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    devEngines: { packageManager: { version: string } };
  };
  expect(dockerfile).toContain(`pnpm@${devEngines.packageManager.version}`);
});

test('what the image is made from is there, and nothing of this machine goes in', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' '),
  );
  expect(copied).toEqual(expect.arrayContaining(['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'packages']));
  expect(copied.filter((path) => !existsSync(path))).toEqual([]);
  const ignored = readFileSync(`${folder}/Dockerfile.dockerignore`, 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '.git']));
});

test('the services are built from the root and run files that there are', () => {
  const context = /context: (.*)/.exec(compose)![1]!;
  const file = /dockerfile: (.*)/.exec(compose)![1]!;
  expect(join(folder, context)).toBe('.');
  expect(existsSync(file)).toBe(true);
  // The deployed folder is that of the examples.
  const commands = [...compose.matchAll(/command: \['node', '(.*)'\]/g)].map(([, path = '']) => path);
  expect(commands).toEqual(['docker/producer.mjs', 'docker/worker.mjs']);
  expect(commands.filter((path) => !existsSync(`apps/examples/${path}`))).toEqual([]);
  expect(dockerfile).toContain('CMD ["node", "docker/worker.mjs"]');
});

test('producer and worker do their work, and end when they are told to', { timeout: 60_000 }, async () => {
  const start = (name: string): ChildProcess & { lines: string } => {
    const env = { ...process.env, REDIS_URL: `unix://${server.connection.path}` };
    const child = Object.assign(spawn(process.execPath, [`${folder}/${name}.mjs`], { env }), { lines: '' });
    onTestFinished(() => void child.kill('SIGKILL'));
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        child.lines += String(chunk);
        child.emit('line');
      });
    return child;
  };
  const children = [start('worker'), start('producer')];
  const [worker, producer] = children;
  while (!worker!.lines.includes('picture-2.png is smaller now')) await once(worker!, 'line');
  expect(producer!.lines).toMatch(/^enqueued picture-1.png\nenqueued picture-2.png/);
  const ends = children.map((child) => once(child, 'close'));
  for (const child of children) child.kill('SIGTERM');
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
});
