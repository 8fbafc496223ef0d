import { redisServer } from '@reskue/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Workshop, type Consumer } from './consumer.test-kit.js';

const server = redisServer({ port: 0 });
const port = (): number => server.server.port ?? 0;
const workshop = new Workshop();
beforeAll(() => workshop.open(), 60_000);
afterAll(() => workshop.close());

const printed = { stdout: '[3,"in a moment"]\n', stderr: '' };
const slow = { timeout: 60_000 };

describe('a JavaScript application in CommonJS, with ioredis 5', () => {
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await workshop.consumer('cjs-js', 'commonjs', '5.11.1');
    await consumer.add('job.cjs');
    await consumer.add('job.mjs');
  }, 60_000);

  test('runs a job, and ends by itself', slow, async () => {
    expect(await consumer.node(port(), 'job.cjs')).toEqual(printed);
  });

  test('runs it by the name of node-resque', slow, async () => {
    expect(await consumer.node(port(), 'job.cjs', 'node-resque')).toEqual(printed);
  });

  test.each([
    ['esbuild', 'mjs'],
    ['esbuild', 'cjs'],
    ['rollup', 'mjs'],
  ])('runs as one bundle of %s, as %s, and says what it lacks', slow, async (bundler, extension) => {
    const outfile = `${bundler}.${extension}`;
    if (bundler === 'rollup') await consumer.rollup('job.mjs', outfile);
    else await consumer.bundle('job.mjs', outfile, extension === 'mjs' ? 'esm' : 'cjs');
    const { stdout, stderr } = await consumer.node(port(), outfile);
    expect(stdout).toBe(printed.stdout);
    // The file of the heartbeat's thread is not in the bundle.
    expect(stderr).toContain('RESKUE_HEARTBEAT_ON_MAIN_THREAD');
  });
});

describe('a JavaScript application in ECMAScript modules, with ioredis 6', () => {
  test('runs a job, and ends by itself', slow, async () => {
    const consumer = await workshop.consumer('esm-js', 'module', '6.0.0');
    await consumer.add('job.mjs');
    expect(await consumer.node(port(), 'job.mjs')).toEqual(printed);
  });
});

describe('a TypeScript application in CommonJS, with ioredis 5', () => {
  test(
    'compiles by the old resolution of modules, also what was written for node-resque, and runs a job',
    slow,
    async () => {
      const consumer = await workshop.consumer('cjs-ts', 'commonjs', '5.11.1');
      for (const file of ['job.ts', 'application.ts']) await consumer.add(file);
      const options = { module: 'commonjs', moduleResolution: 'node10' };
      await consumer.compile(5, ['job.ts', 'application.ts'], options);
      expect(await consumer.node(port(), 'job.js')).toEqual(printed);
    },
  );
});

describe('a TypeScript application in ECMAScript modules, with ioredis 6', () => {
  let consumer: Consumer;
  beforeAll(async () => {
    consumer = await workshop.consumer('esm-ts', 'module', '6.0.0');
    for (const file of ['job.ts', 'application.ts']) await consumer.add(file);
  }, 60_000);

  test('compiles, also what was written for node-resque, and runs a job', slow, async () => {
    await consumer.compile(6, ['job.ts', 'application.ts'], { module: 'node16' });
    expect(await consumer.node(port(), 'job.js')).toEqual(printed);
  });

  test('compiles for a bundler', slow, async () => {
    const options = { module: 'esnext', moduleResolution: 'bundler', noEmit: true };
    await consumer.compile(7, ['job.ts', 'application.ts'], options);
  });
});
