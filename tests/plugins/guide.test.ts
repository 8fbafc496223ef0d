import { readdirSync, readFileSync } from 'node:fs';
import { until } from '@reskue/testkit';
import { expect, test, vi } from 'vitest';
import { OnePerCustomer } from './guide/one-per-customer.js';
import { Summed } from './guide/summed.js';
import { Throttled } from './guide/throttled.js';
import { Timed } from './guide/timed.js';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const redis = () => bench.server.redis;

test.each(readdirSync('tests/plugins/guide'))("the guide's %s is what is tested here", (file) => {
  const code = readFileSync(`tests/plugins/guide/${file}`, 'utf8');
  expect(readFileSync('docs/plugins.md', 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\``);
});

test('Timed has 15 lines and reports a run', async () => {
  const lines = readFileSync('tests/plugins/guide/timed.ts', 'utf8').trimEnd().split('\n');
  expect(lines.slice(2).length).toBeLessThanOrEqual(15);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const worker = await bench.worker({ add: { plugins: [Timed], perform: () => 1 } });
  await worker.performInline('add');
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^add took \d+ ms$/)]]);
  log.mockRestore();
});

test('Summed counts what is done, and nothing else', async () => {
  const perform = (_: string, cents: number): void => {
    if (cents < 0) throw new Error('no');
  };
  const jobs = { bill: { plugins: [Summed], perform } };
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  for (const cents of [5, -1, 7]) await queue.enqueue('q', 'bill', ['Ann', cents]);
  await worker.start();
  await next(worker, 'pause');
  expect(await redis().hgetall('resque:earned')).toEqual({ Ann: '12' });
});

test('Throttled lets so many run in a second, and all in the end', async () => {
  const runs: number[] = [];
  const jobs = {
    call: {
      plugins: [Throttled],
      pluginOptions: { Throttled: { perSecond: 2 } },
      perform: () => void runs.push(Math.floor(Date.now() / 1_000)),
    },
  };
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  await bench.scheduler();
  for (let n = 0; n < 5; n += 1) await queue.enqueue('q', 'call', [n]);
  await worker.start();
  await until(() => runs.length === 5, { timeoutMs: 10_000 });
  const most = Math.max(...runs.map((second) => runs.filter((other) => other === second).length));
  expect(most).toBeLessThanOrEqual(2);
});

test('OnePerCustomer gives back its own key, and never that of another', async () => {
  const seen: (string | null)[] = [];
  const jobs = {
    call: {
      plugins: [OnePerCustomer],
      perform: async (customer: string, steal: boolean) => {
        seen.push(await redis().get(`resque:customer:${customer}`));
        if (steal) await redis().set(`resque:customer:${customer}`, 'another');
      },
    },
  };
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  for (const args of [
    ['Ann', false],
    ['Bob', true],
    ['Bob', false],
  ])
    await queue.enqueue('q', 'call', args);
  await worker.start();
  await next(worker, 'pause');
  expect(seen).toHaveLength(2);
  expect(await redis().mget('resque:customer:Ann', 'resque:customer:Bob')).toEqual([null, 'another']);
});
