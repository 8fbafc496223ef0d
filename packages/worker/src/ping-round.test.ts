import { expect, test, vi } from 'vitest';
import { Connection } from '@reskue/core/protocol';
import { record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();

const timeOf = async (name: string): Promise<number> => {
  const text = await bench.server.redis.get(`resque:worker:ping:${name}`);
  return (JSON.parse(text ?? '{"time":0}') as { time: number }).time;
};

test.each(['node', 'ruby'] as const)(
  'the workers of a process ping together, in dialect %s: one command, an event each',
  async (dialect) => {
    const connection = new Connection({ ...bench.server.connection, dialect });
    await connection.connect();
    const names = Array.from({ length: 12 }, (_, number) => `host:${number + 1}`);
    const together = vi.spyOn(connection.client, 'mset');
    const workers = await Promise.all(
      names.map((name) => bench.worker({}, { connection, name, timeout: 200 })),
    );
    const told = workers.map((worker) => record(worker, 'ping'));
    await Promise.all(workers.map((worker) => worker.start()));
    together.mockClear();
    await until(() => told.every((pings) => pings.length >= 8));
    const sizes = together.mock.calls.map(([texts]) => (texts as unknown as string[]).length / 2);
    expect(sizes.length).toBeGreaterThan(5);
    expect(new Set(sizes)).toEqual(new Set([12]));
    for (const name of names) expect(Math.abs((await timeOf(name)) - Date.now() / 1000)).toBeLessThan(3);
    const beats = await bench.server.redis.hlen('resque:workers:heartbeat');
    expect(beats).toBe(dialect === 'ruby' ? 12 : 0);
    await Promise.all(workers.map((worker) => worker.end()));
    expect(await bench.server.redis.keys('resque:worker*')).toEqual([]);
    connection.end();
  },
);

test('one that has cleared its timer, or has ended, is not among them', async () => {
  const connection = new Connection(bench.server.connection);
  await connection.connect();
  const [one, two, three] = await Promise.all(
    ['host:1', 'host:2', 'host:3'].map((name) => bench.worker({}, { connection, name, timeout: 40 })),
  );
  if (!one || !two || !three) throw new Error('there are three');
  await Promise.all([one, two, three].map((worker) => worker.start()));
  const [left, dead, alive] = [one, two, three].map((worker) => record(worker, 'ping'));
  await until(() => [left, dead, alive].every((pings) => (pings?.length ?? 0) > 0));
  clearInterval(two.pingTimer);
  await one.end();
  const [before, pings] = [dead?.length ?? 0, alive?.length ?? 0];
  await until(() => (alive?.length ?? 0) >= pings + 5);
  // One may have been under way.
  expect(dead?.length).toBeLessThanOrEqual(before + 1);
  expect(await timeOf('host:1')).toBe(0);
  await Promise.all([two, three].map((worker) => worker.end()));
  connection.end();
});
