import { expect, test } from 'vitest';
import * as reskue from './index.js';

test('has what node-resque 9 exports', () => {
  const names = ['Connection', 'MultiWorker', 'Plugin', 'Plugins', 'Queue', 'Scheduler', 'Worker'];
  expect(Object.keys(reskue)).toEqual(expect.arrayContaining(names));
  expect(Object.keys(reskue.Plugins).sort()).toEqual([
    'DelayQueueLock',
    'JobLock',
    'Noop',
    'QueueLock',
    'Retry',
  ]);
});

test('its plugins are found by their names', async () => {
  const worker = new reskue.Worker(
    {},
    {
      quiet: {
        plugins: ['Noop'],
        pluginOptions: { Noop: { logger: () => {} } },
        perform: () => {
          throw new Error('dropped by Noop');
        },
      },
    },
  );
  await expect(worker.performInline('quiet')).resolves.toBe(undefined);
});
