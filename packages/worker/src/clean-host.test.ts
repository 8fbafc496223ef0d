import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { record, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();

/** The id of a process that was there, and is gone. */
const gonePid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('workers of this host whose process is gone are cleaned away, and their jobs fail; others are left alone', async () => {
  const pid = gonePid();
  const dead = `${hostname()}:${pid}+1`;
  const others = [`${hostname()}:${process.pid}:q`, `elsewhere:${pid}:q`, 'without-a-pid:q'];
  await bench.server.redis.sadd('resque:workers', `${dead}:q`, ...others);
  const payload = '{"class":"add","queue":"q","args":[1]}';
  await bench.server.redis.set(
    `resque:worker:${dead}:q`,
    `{"worker":"${dead}","queue":"q","run_at":"now","payload":${payload}}`,
  );
  const worker = await bench.worker();
  const told = record(worker, 'cleaning_worker');
  await worker.workerCleanup();
  expect(told).toEqual([['cleaning_worker', dead, pid]]);
  expect((await bench.server.redis.smembers('resque:workers')).sort()).toEqual(others.sort());
  const [entry = ''] = await bench.server.redis.lrange('resque:failed', 0, -1);
  expect(entry).toContain(payload);
});

test('a worker whose lease has not run out is left to its lease', async () => {
  const name = `${hostname()}:${gonePid()}`;
  await bench.server.redis.sadd('resque:workers', `${name}:q`);
  await bench.server.redis.zadd('resque:leases', Date.now() + 60_000, 'L');
  await bench.server.redis.hset('resque:lease:L', 'terms', '{}', `${name}:q`, 1);
  const worker = await bench.worker();
  const told = record(worker, 'cleaning_worker');
  await worker.workerCleanup();
  expect(told).toEqual([]);
});
