import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { JobLock } from '@reskue/plugins';
import { until } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { pluginBench } from './plugin-bench.test-kit.js';

const bench = pluginBench();
const lockName = 'resque:workerslock:slow:q:[1]';

test('the lock of a killed process goes with the taking back of its job, which runs at once', async () => {
  let runs = 0;
  const jobs = { slow: { plugins: [JobLock], perform: () => void (runs += 1) } };
  const queue = await bench.queue(jobs);
  await queue.enqueue('q', 'slow', [1]);
  const script = fileURLToPath(new URL('./locking-worker.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, bench.server.socket], { stdio: 'inherit' });
  const exited = once(child, 'exit');
  try {
    await until(() => bench.server.redis.exists(lockName), { timeoutMs: 10_000 });
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
  expect(await bench.server.redis.exists(lockName)).toBe(1);
  const worker = await bench.worker(jobs, { lease: 1_000 });
  await worker.start();
  await until(() => runs === 1, { timeoutMs: 10_000 });
  await until(async () => (await bench.server.redis.exists(lockName)) === 0);
  expect((await bench.keys()).filter((key) => /lock|dead/.test(key))).toEqual([]);
});
