import { expect, test } from 'vitest';
import { dropIn } from './library.test-kit.js';

dropIn((app) => {
  const entry = (number: number, more: object = {}) => ({
    worker: `broken-${number}`,
    queue: 'broken',
    payload: { class: 'job', queue: 'broken', args: [1, number] },
    exception: 'TypeError',
    error: 'it broke',
    failed_at: new Date(1_700_000_000_000).toString(),
    ...more,
  });
  const fail = async (...entries: object[]) =>
    app.redis.rpush('resque:failed', ...entries.map((one) => JSON.stringify(one)));

  test('failedCount() and failed() look at the list', async () => {
    const queue = await app.queue();
    expect(await queue.failedCount()).toBe(0);
    await fail(entry(1), entry(2), entry(3));
    expect(await queue.failedCount()).toBe(3);
    expect((await queue.failed(1, 2)).map(({ worker }) => worker)).toEqual(['broken-2', 'broken-3']);
    const [first] = await queue.failed(0, -1);
    expect(first).toEqual(entry(1));
  });

  test('removeFailed() removes the entry that failed() gave', async () => {
    const queue = await app.queue();
    await fail(entry(1), entry(2), entry(3));
    const [first] = await queue.failed(0, 0);
    expect(await queue.removeFailed(first!)).toBe(1);
    expect(await queue.removeFailed(first!)).toBe(0);
    expect((await queue.failed(0, -1)).map(({ worker }) => worker)).toEqual(['broken-2', 'broken-3']);
  });

  test('retryAndRemoveFailed() puts the job back and takes the entry away', async () => {
    const queue = await app.queue();
    await fail(entry(1), entry(2));
    const [, second] = await queue.failed(0, -1);
    expect(await queue.retryAndRemoveFailed(second!)).toBe(true);
    expect(await queue.failedCount()).toBe(1);
    expect(await app.pop('broken')).toEqual({ class: 'job', queue: 'broken', args: [1, 2] });
  });

  test('an entry that is not there cannot be retried', async () => {
    const queue = await app.queue();
    await fail(entry(1));
    const stranger = entry(9) as unknown as Parameters<typeof queue.retryAndRemoveFailed>[0];
    await expect(queue.retryAndRemoveFailed(stranger)).rejects.toThrow('This job is not in failed queue');
    expect(await queue.length('broken')).toBe(0);
  });

  test('retryStuckJobs() retries what was force-cleaned, and nothing else', async () => {
    const queue = await app.queue();
    const stuck = ['killed by host at some time', 'queue#forceCleanWorker', 'node-resque'];
    await fail(entry(1, { backtrace: ['at a.js'] }), entry(2, { backtrace: stuck }));
    await queue.retryStuckJobs();
    expect((await queue.failed(0, -1)).map(({ worker }) => worker)).toEqual(['broken-1']);
    expect(await queue.queued('broken', 0, -1)).toEqual([{ class: 'job', queue: 'broken', args: [1, 2] }]);
  });
});
