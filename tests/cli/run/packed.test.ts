import { redisServer } from '@reskue/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Workshop, type Consumer } from '../../consumers/consumer.test-kit.js';
import { freePort } from './free-port.test-kit.js';

const server = redisServer({ port: 0 });
const workshop = new Workshop();
let consumer: Consumer;
beforeAll(async () => {
  await workshop.open();
  consumer = await workshop.consumer('command', 'module', '6.0.0');
}, 120_000);
afterAll(() => workshop.close());

const bin = 'node_modules/.bin/reskue';

test(
  'the demo runs in an application that installed the packages from a registry',
  { timeout: 60_000 },
  async () => {
    const { stdout } = await consumer.node(0, bin, 'demo');
    expect(stdout.match(/^ {2}ok /gm)).toHaveLength(15);
  },
);

test('so do jobs, with plugins and metrics, and TypeScript', { timeout: 60_000 }, async () => {
  const url = `redis://127.0.0.1:${server.server.port ?? 0}`;
  const program = `
    import { writeFileSync } from 'node:fs';
    import { Queue } from 'reskue';
    writeFileSync('jobs.ts', \`
      import { defineJobs } from 'reskue';
      export default defineJobs({ add: { plugins: ['JobLock'], perform: async (a: number, b: number) => a + b } });\`);
    const queue = new Queue({ connection: { url: '${url}' } });
    await queue.connect();
    await queue.enqueue('math', 'add', [1, 2]);
    await queue.end();`;
  await consumer.node(0, '--input-type=module', '-e', program);
  const { stdout } = await consumer.node(
    0,
    bin,
    'work',
    '--url',
    url,
    '-r',
    'jobs.ts',
    '--drain',
    '--health-port',
    String(await freePort()),
  );
  expect(stdout).toContain('"msg":"done"');
});
