import { expect, test } from 'vitest';
import { multiWorkerBench, record, until } from './multi-worker-bench.test-kit.js';

const bench = multiWorkerBench();
const add = { perform: (a: number) => a + 1 };

test('a worker is listened to for those events only that somebody wants to hear of', async () => {
  const multiWorker = bench.multiWorker({ add }, { minTaskProcessors: 2, maxTaskProcessors: 2 });
  multiWorker.on('success', () => undefined);
  await multiWorker.start();
  for (const worker of multiWorker.workers) {
    expect(worker.listenerCount('success')).toBe(1);
    expect(worker.listenerCount('job')).toBe(0);
    expect(worker.listenerCount('poll')).toBe(0);
  }
});

test('whoever listens later hears the workers that are there, once', async () => {
  const multiWorker = bench.multiWorker({ add }, { minTaskProcessors: 2, maxTaskProcessors: 2 });
  await multiWorker.start();
  const told = record(multiWorker, 'success');
  multiWorker.once('success', () => undefined);
  await bench.fill('add', 10);
  await until(() => told.length === 10);
  const numbers = told.map(([, , , job]) => (job as { args: [number] }).args[0]);
  expect(numbers.sort((one, other) => one - other)).toEqual(Array.from({ length: 10 }, (_, at) => at));
  const ids = multiWorker.workers.map(({ id }) => id);
  for (const [, id] of told) expect(ids).toContain(id);
});

test('so does whoever listens after all listeners were removed', async () => {
  const multiWorker = bench.multiWorker({ add }, { minTaskProcessors: 1 });
  await multiWorker.start();
  multiWorker.removeAllListeners();
  const told = record(multiWorker, 'job');
  await bench.fill('add', 1);
  await until(() => told.length === 1);
  multiWorker.removeAllListeners('job');
  expect(multiWorker.listenerCount('job')).toBe(0);
});
