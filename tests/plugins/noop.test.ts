import { Noop } from '@reskue/plugins';
import { expect, test, vi } from 'vitest';
import { next, pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const broken = (options?: object) => ({
  bad: {
    plugins: [Noop],
    ...(options && { pluginOptions: { Noop: options } }),
    perform: () => {
      throw new Error('bad');
    },
  },
  good: { plugins: [Noop], perform: () => 'fine' },
});

test('a failure goes to the logger, and the job counts as done', async () => {
  const logged: unknown[] = [];
  const jobs = broken({ logger: (error: unknown) => logged.push(error) });
  const queue = await bench.queue(jobs);
  const worker = await bench.worker(jobs);
  await queue.enqueue('q', 'bad');
  await worker.start();
  await next(worker, 'success');
  expect(logged).toEqual([new Error('bad')]);
  expect(await queue.failedCount()).toBe(0);
  expect((await queue.stats())['processed']).toBe('1');
});

test('without a logger it goes to the console', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const worker = await bench.worker(broken());
  await worker.performInline('bad');
  expect(log.mock.calls).toEqual([[new Error('bad')]]);
  log.mockRestore();
});

test('a job that goes well is left alone', async () => {
  const worker = await bench.worker(broken());
  expect(await worker.performInline('good')).toBe('fine');
});
