import { expect, test } from 'vitest';
import { record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();

test.each(['node', 'ruby'] as const)(
  'a ping that is under way at the end leaves nothing behind, in dialect %s',
  async (dialect) => {
    const client = bench.server.client();
    const worker = await bench.worker({}, { connection: { redis: client, dialect } });
    const errors = record(worker, 'error');
    // Holds the first ping between its question for the time and its writing.
    const time = client.time.bind(client);
    let asked = false;
    let answer = (): void => {};
    const gate = new Promise<void>((resolve) => (answer = resolve));
    client.time = async () => {
      asked = true;
      await gate;
      return time();
    };
    const started = worker.start();
    await until(() => asked);
    await worker.end();
    answer();
    await started;
    expect(await bench.server.redis.exists('resque:worker:ping:host:1', 'resque:workers:heartbeat')).toBe(0);
    expect(errors).toEqual([]);
  },
);
