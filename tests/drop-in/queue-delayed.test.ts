import { expect, test } from 'vitest';
import { dropIn } from './library.test-kit.js';

dropIn((app) => {
  const bucket = (second: number) => app.redis.lrange(`resque:delayed:${second}`, 0, -1);
  const encoded = '{"class":"add","queue":"math","args":[1,2]}';

  test('enqueueAt() writes the second into the schedule, the job into its list, and a marker', async () => {
    const queue = await app.queue();
    expect(await queue.enqueueAt(10_000, 'math', 'add', [1, 2])).toBe(true);
    expect(await app.redis.zscore('resque:delayed_queue_schedule', '10')).toBe('10');
    expect(await bucket(10)).toEqual([encoded]);
    expect(await app.redis.smembers(`resque:timestamps:${encoded}`)).toEqual(['delayed:10']);
    expect(await queue.length('math')).toBe(0);
  });

  test.each([
    [10_499, 10],
    [10_500, 11],
    [10_999, 11],
  ])('%d ms belong to second %d: it is rounded', async (ms, second) => {
    const queue = await app.queue();
    await queue.enqueueAt(ms, 'math', 'add', [1, 2]);
    expect(await bucket(second)).toEqual([encoded]);
  });

  test('a time may be a text', async () => {
    const queue = await app.queue();
    await queue.enqueueAt('10000', 'math', 'add', [1, 2]);
    expect(await bucket(10)).toEqual([encoded]);
    await queue.enqueueIn('5000', 'math', 'add', [3]);
    expect(await queue.scheduledAt('math', 'add', [3])).toHaveLength(1);
  });

  test('enqueueIn() counts from now on', async () => {
    const queue = await app.queue();
    const before = Math.round((Date.now() + 5_000) / 1000);
    expect(await queue.enqueueIn(5_000, 'math', 'add', [1, 2])).toBe(true);
    const after = Math.round((Date.now() + 5_000) / 1000);
    const [second] = await queue.scheduledAt('math', 'add', [1, 2]);
    expect(second).toBeGreaterThanOrEqual(before);
    expect(second).toBeLessThanOrEqual(after);
    expect(await app.redis.zscore('resque:delayed_queue_schedule', String(second))).toBe(String(second));
  });

  test('the same job in the same second is refused by an error, or quietly', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'add', [1, 2]);
    await expect(queue.enqueueAt(10_000, 'math', 'add', [1, 2])).rejects.toThrow(
      'Job already enqueued at this time with same arguments',
    );
    expect(await queue.enqueueAt(10_000, 'math', 'add', [1, 2], true)).toBeUndefined();
    expect(await bucket(10)).toHaveLength(1);
    expect(await queue.enqueueAt(10_000, 'math', 'add', [1, 3])).toBe(true);
    expect(await queue.enqueueAt(11_000, 'math', 'add', [1, 2])).toBe(true);
  });

  test('scheduledAt() finds the seconds of a job, as integers, and of no other', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'add', [1, 2]);
    await queue.enqueueAt(20_000, 'math', 'add', [1, 2]);
    expect((await queue.scheduledAt('math', 'add', [1, 2])).sort()).toEqual([10, 20]);
    expect(await queue.scheduledAt('math', 'add', [2, 1])).toEqual([]);
    expect(await queue.scheduledAt('math', 'subtract', [1, 2])).toEqual([]);
    expect(await queue.scheduledAt('other', 'add', [1, 2])).toEqual([]);
  });

  test('delDelayed() removes a job everywhere and gives its seconds', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'add', [1, 2]);
    await queue.enqueueAt(20_000, 'math', 'add', [1, 2]);
    expect((await queue.delDelayed('math', 'add', [1, 2])).sort()).toEqual([10, 20]);
    expect(await bucket(10)).toEqual([]);
    expect(await queue.allDelayed()).toEqual({});
    expect(await app.redis.exists(`resque:timestamps:${encoded}`)).toBe(0);
    expect(await queue.delDelayed('math', 'add', [1, 2])).toEqual([]);
  });

  test('args may be left out', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'plain');
    await queue.enqueueAt(20_000, 'math', 'plain', []);
    expect((await queue.scheduledAt('math', 'plain')).sort()).toEqual([10, 20]);
    expect((await queue.delDelayed('math', 'plain')).sort()).toEqual([10, 20]);
    expect(await queue.scheduledAt('math', 'plain')).toEqual([]);
  });

  test('timestamps() are milliseconds, delayedAt() and allDelayed() give the jobs', async () => {
    const queue = await app.queue();
    await queue.enqueueAt(10_000, 'math', 'add', [1]);
    await queue.enqueueAt(10_000, 'math', 'add', [2]);
    await queue.enqueueAt(20_000, 'math', 'add', [3]);
    const job = (number: number) => ({ class: 'add', queue: 'math', args: [number] });
    expect(await queue.timestamps()).toEqual([10_000, 20_000]);
    expect(await queue.delayedAt(10_000)).toEqual({ tasks: [job(1), job(2)], rTimestamp: 10 });
    expect(await queue.delayedAt(10_400)).toEqual({ tasks: [job(1), job(2)], rTimestamp: 10 });
    expect(await queue.delayedAt(30_000)).toEqual({ tasks: [], rTimestamp: 30 });
    expect(await queue.allDelayed()).toEqual({ 10_000: [job(1), job(2)], 20_000: [job(3)] });
  });
});
