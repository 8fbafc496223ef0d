import { until } from '@reskue/testkit';
import { afterEach, expect, test, vi } from 'vitest';
import { redisNow } from './redis-clock.js';
import { workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** This process's clock is an hour slow. */
function loseAnHour(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
}

test('a worker whose clock is an hour slow pings by Redis’s clock, and is not taken for stuck', async () => {
  const isTime = Date.now();
  loseAnHour();
  const worker = await bench.worker();
  await worker.init();
  const ping = await until(() => bench.server.redis.get('resque:worker:ping:host:1'));
  const { time } = JSON.parse(ping) as { time: number };
  expect(Math.abs(time * 1_000 - isTime)).toBeLessThan(5_000);
});

test('asks once for many, and by the own clock where Redis does not tell', async () => {
  const client = bench.server.client();
  const time = vi.spyOn(client, 'time');
  await Promise.all([redisNow(client), redisNow(client)]);
  await redisNow(client);
  expect(time).toHaveBeenCalledTimes(1);
  const refused = bench.server.client();
  const refusal = Object.assign(new Error('NOPERM'), { name: 'ReplyError' });
  vi.spyOn(refused, 'time').mockRejectedValue(refusal);
  expect(Math.abs((await redisNow(refused)) - Date.now())).toBeLessThan(1_000);
});

test('rejects while Redis is away, and asks again afterwards', async () => {
  const client = bench.server.client();
  vi.spyOn(client, 'time').mockRejectedValueOnce(new Error('Command timed out'));
  await expect(redisNow(client)).rejects.toThrow('timed out');
  expect(Math.abs((await redisNow(client)) - Date.now())).toBeLessThan(1_000);
});
