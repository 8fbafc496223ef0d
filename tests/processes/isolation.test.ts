import type { Jobs } from '@reskue/core';
import { redisServer, until } from '@reskue/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
// The built package: child processes need files, not sources.
import { isolatedJob, Worker } from '../../packages/worker/dist/index.js';

const server = redisServer();
const module = new URL('./tasks/isolated.mjs', import.meta.url);
let worker: Worker;
let told: { event: string; name: string; result: unknown }[];

const jobs: Jobs = {
  double: isolatedJob({ module }),
  loop: isolatedJob({ module, export: 'loop', timeout: 300, killAfter: 50 }),
  exit: isolatedJob({ module, export: 'exit' }),
  fail: isolatedJob({ module, export: 'fail' }),
  fill: isolatedJob({ module, export: 'fill', maxMemory: 32 }),
  absent: isolatedJob({ module, export: 'absent' }),
};

beforeEach(async () => {
  told = [];
  worker = new Worker({ connection: server.connection, name: 'host:1', queues: 'q' }, jobs);
  worker.on('success', (_, { class: name }, result: unknown) =>
    told.push({ event: 'success', name, result }),
  );
  worker.on('failure', (_, { class: name }, error) =>
    told.push({ event: 'failure', name, result: error.message }),
  );
  await worker.connect();
});
afterEach(() => worker.end());

async function work(...calls: [name: string, ...args: unknown[]][]): Promise<typeof told> {
  const payloads = calls.map(([name, ...args]) => JSON.stringify({ class: name, queue: 'q', args }));
  await server.redis
    .multi()
    .sadd('resque:queues', 'q')
    .rpush('resque:queue:q', ...payloads)
    .exec();
  await worker.start();
  await until(() => told.length === calls.length, { timeoutMs: 12_000 });
  return told;
}

describe('a job in a process of its own', () => {
  test('gives its result, from another process, and the process is used again', async () => {
    const [one, two] = await work(['double', 2], ['double', 3]);
    expect(one?.result).toMatchObject({ doubled: 4 });
    expect(two?.result).toMatchObject({ doubled: 6 });
    const pids = [one, two].map((entry) => (entry?.result as { pid: number }).pid);
    expect(pids[0]).toBe(pids[1]);
    expect(pids[0]).not.toBe(process.pid);
  });

  test('throws what it throws', async () => {
    expect(await work(['fail'])).toEqual([{ event: 'failure', name: 'fail', result: 'from afar' }]);
  });

  test('that loops for ever is killed at its timeout', async () => {
    const [looped, next] = await work(['loop'], ['double', 1]);
    expect(looped).toMatchObject({
      event: 'failure',
      result: 'The job ran longer than its timeout of 300 ms',
    });
    expect(next?.event).toBe('success');
  });

  test('that exits or exhausts its memory fails alone', async () => {
    const [exited, filled, next] = await work(['exit', 3], ['fill'], ['double', 1]);
    expect(exited).toMatchObject({ event: 'failure', result: 'The process of the job exited with code 3' });
    expect(filled).toMatchObject({
      event: 'failure',
      result: expect.stringMatching(/was ended by SIG|exited with code/) as string,
    });
    expect(next?.event).toBe('success');
  });

  test('that is not in its module fails with what is missing', async () => {
    const [absent] = await work(['absent']);
    expect(absent?.result).toContain('exports no function as "absent"');
  });
});

test('a module that is no file is refused at once', () => {
  expect(() => isolatedJob({ module: './relative.js' })).toThrow(
    expect.objectContaining({ code: 'RESKUE_OPTION_INVALID' }) as Error,
  );
});
