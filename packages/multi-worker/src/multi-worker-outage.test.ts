import { afterEach, describe, expect, test } from 'vitest';
import { lasting, multiWorkerBench, next, record, until } from './multi-worker-bench.test-kit.js';

const bench = multiWorkerBench();
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
const impatient = () => ({ ...bench.server.connection, commandTimeout: 100 });

describe('Redis away at the start', () => {
  afterEach(() => bench.server.restart().catch(() => undefined));

  test('A19: is an error event and no dead process, and it works when Redis comes', async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', onRejection);
    await bench.server.server.kill();
    const multiWorker = bench.multiWorker(
      { sleep: lasting(1) },
      { connection: impatient(), minTaskProcessors: 3 },
    );
    const told = record(multiWorker, 'error', 'start');
    await multiWorker.start();
    await until(() =>
      told.some(([, error]) => (error as { code?: string }).code === 'RESKUE_CONNECTION_FAILED'),
    );
    await until(
      () =>
        told.filter(([, error]) => (error as { code?: string }).code === 'RESKUE_CONNECTION_FAILED').length >=
        2,
    );
    expect(told.every(([name, error, id]) => name === 'error' && error instanceof Error && id === 1)).toBe(
      true,
    );
    expect(new Set(told.map(([, error]) => error)).size).toBe(told.length);
    expect(multiWorker.workers.length).toBe(3);
    const worked = next(multiWorker, 'success');
    await bench.server.restart();
    await bench.fill('sleep', 1);
    await worked;
    expect(multiWorker.workers.map(({ id }) => id)).toEqual([1, 2, 3]);
    await until(() => told.filter(([name]) => name === 'start').length === 3);
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });

  test('without a listener is silent', async () => {
    await bench.server.server.kill();
    const multiWorker = bench.multiWorker({}, { connection: impatient() });
    const looked = next(multiWorker, 'multiWorkerAction');
    await multiWorker.start();
    expect(await looked).toEqual(['+', Infinity]);
  });

  test('does not keep end() waiting, and no timer is left', async () => {
    await bench.server.server.kill();
    const before = timers();
    const multiWorker = bench.multiWorker({}, { minTaskProcessors: 3 });
    const told = record(multiWorker, 'error');
    await multiWorker.start();
    await until(() => told.length > 0);
    const startedAt = performance.now();
    await multiWorker.end();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(multiWorker.workers).toEqual([]);
    await until(() => timers() <= before);
    const count = told.length;
    await bench.server.restart();
    expect(told.length).toBe(count);
  });
});

test('a password that is refused is an error again and again, less and less often', async () => {
  await bench.server.redis.config('SET', 'requirepass', 'secret');
  const multiWorker = bench.multiWorker(
    {},
    { connection: { ...bench.server.connection, password: 'wrong' } },
  );
  const at: number[] = [];
  multiWorker.on('error', (error) => {
    if ((error as { code?: string }).code === 'RESKUE_AUTH_FAILED') at.push(performance.now());
  });
  await multiWorker.start();
  await until(() => at.length === 4);
  await multiWorker.end();
  await bench.server.redis.config('SET', 'requirepass', '');
  const [first = 0, second = 0, third = 0, fourth = 0] = at;
  expect(second - first).toBeLessThan(fourth - third);
});

test('an outage on the way is told once for all workers, and work goes on afterwards', async () => {
  const multiWorker = bench.multiWorker({ sleep: lasting(1) }, { concurrency: 10 });
  const told = record(multiWorker, 'error', 'start');
  await multiWorker.start();
  await until(() => told.length === 10);
  await bench.server.server.kill();
  await until(() => told.length > 10);
  const worked = next(multiWorker, 'success');
  await bench.server.restart();
  await bench.fill('sleep', 1);
  await worked;
  const errors = told.filter(([name]) => name === 'error').map(([, error]) => error);
  expect(new Set(errors).size).toBe(errors.length);
  await multiWorker.end();
});

test('end() while newcomers wait for a Redis that went away does not wait with them', async () => {
  const multiWorker = bench.multiWorker({}, { concurrency: 1 });
  await multiWorker.start();
  await next(multiWorker, 'pause');
  await bench.server.server.kill();
  multiWorker.options.minTaskProcessors = multiWorker.options.maxTaskProcessors = 3;
  await until(() => multiWorker.workers.length === 3);
  const startedAt = performance.now();
  await multiWorker.end();
  // The one that was at work gives Redis a few seconds to come back; a command waits for 10.
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  await bench.server.restart();
});
