import { Plugin, type PayloadMaking } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const perform = () => undefined;
const at = 4_102_444_800_000;

class Tagging extends Plugin {
  static makings: PayloadMaking[] = [];
  override payloadMembers(making: PayloadMaking) {
    Tagging.makings.push(making);
    return { tag: `${this.func} ${this.args.join()}` };
  }
}
const jobs = { job: { plugins: [Tagging], perform } };

test('enqueuedAt writes since when a job waits, also in bulk; without it nothing is written', async () => {
  const queue = await bench.queue({}, { enqueuedAt: true });
  const before = Date.now();
  await queue.enqueue('q', 'job', [1]);
  await queue.enqueueBulk([{ queue: 'q', class: 'job', args: [2] }]);
  const texts = await bench.list('queue:q');
  for (const [index, text] of texts.entries()) {
    const written = new RegExp(
      `^{"class":"job","queue":"q","args":\\[${index + 1}\\],"enqueued_at":(\\d{13})}$`,
    );
    expect(text).toMatch(written);
    const ms = Number(written.exec(text)?.[1]);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(Date.now());
  }
  expect(queue.encode('q', 'job', [1])).toBe('{"class":"job","queue":"q","args":[1]}');
  await (await bench.queue()).enqueue('p', 'job', [1]);
  expect(await bench.list('queue:p')).toEqual(['{"class":"job","queue":"p","args":[1]}']);
});

test('members stand beside long args as beside others', async () => {
  const queue = await bench.queue(jobs, { enqueuedAt: true });
  const args = ['x'.repeat(20_000)];
  await queue.enqueue('q', 'other', args);
  await queue.enqueue('q', 'job', args);
  await queue.enqueueBulk([{ queue: 'q', class: 'other', args }]);
  const texts = await bench.list('queue:q');
  const written = (name: string) => ({
    class: name,
    queue: 'q',
    args,
    enqueued_at: expect.any(Number) as number,
  });
  expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
    written('other'),
    { ...written('job'), tag: `job ${args[0]}` },
    written('other'),
  ]);
  for (const text of texts)
    expect(text).toMatch(/^{"class":"\w+","queue":"q","args":\["x+"\],"enqueued_at":\d{13}[,}]/);
});

test('a delayed job waits from its due time on', async () => {
  const queue = await bench.queue({}, { enqueuedAt: true });
  await queue.enqueueAt(at, 'q', 'job', [1]);
  expect(await bench.list(`delayed:${at / 1_000}`)).toEqual([
    `{"class":"job","queue":"q","args":[1],"enqueued_at":${at}}`,
  ]);
});

test.each(['node', 'ruby'] as const)('del finds what has members, in dialect %s', async (dialect) => {
  const connection = { ...bench.server.connection, dialect };
  const queue = await bench.queue(jobs, { connection, enqueuedAt: true });
  await queue.enqueue('q', 'job', ['x']);
  await queue.enqueue('q', 'job', ['y']);
  expect(await queue.del('q', 'job', ['x'])).toBe(1);
  expect(await queue.queued('q')).toMatchObject([{ class: 'job', args: ['y'], tag: 'job y' }]);
});

test.each(['node', 'ruby'] as const)(
  'the same job is delayed once whatever stands beside its args, is found and removed, in dialect %s',
  async (dialect) => {
    const connection = { ...bench.server.connection, dialect };
    const queue = await bench.queue(jobs, { connection, enqueuedAt: true });
    const plain = await bench.queue({}, { connection });
    expect(await queue.enqueueAt(at, 'q', 'job', ['x'])).toBe(true);
    for (const one of [queue, plain])
      await expect(one.enqueueAt(at, 'q', 'job', ['x'])).rejects.toMatchObject({
        code: 'RESKUE_JOB_DUPLICATE',
      });
    expect(await plain.scheduledAt('q', 'job', ['x'])).toEqual([at / 1_000]);
    expect(await plain.delDelayed('q', 'job', ['x'])).toEqual([at / 1_000]);
    expect(await bench.server.redis.keys('*delayed*')).toEqual([]);
    expect(await bench.server.redis.keys('*timestamps*')).toEqual([]);
    expect(await bench.server.redis.zcard('resque:due')).toBe(0);
  },
);

test('a plugin writes members when a payload is made, and not when one goes back from failed', async () => {
  Tagging.makings = [];
  const queue = await bench.queue(jobs);
  await queue.enqueue('q', 'job', ['x']);
  await queue.enqueueAt(at, 'q', 'job', ['y']);
  await queue.enqueueBulk([{ queue: 'q', class: 'job', args: ['z'] }]);
  expect(Tagging.makings).toEqual([
    { phase: 'enqueue' },
    { phase: 'delay', dueMs: at },
    { phase: 'enqueue' },
  ]);
  const text = '{"class":"job","queue":"q","args":["x"],"tag":"job x"}';
  expect(await bench.list('queue:q')).toEqual([
    text,
    '{"class":"job","queue":"q","args":["z"],"tag":"job z"}',
  ]);
  await bench.push('failed', `{"worker":"w","queue":"back","payload":${text},"exception":"E","error":"e"}`);
  const [failed] = await queue.failed();
  if (failed === undefined) throw new Error('it was pushed');
  expect(await queue.retryAndRemoveFailed(failed)).toBe(true);
  expect(await bench.list('queue:back')).toEqual([text]);
  expect(Tagging.makings).toHaveLength(3);
});

test('a plugin that takes the name of a member of the job is refused, and nothing is stored', async () => {
  class Bad extends Plugin {
    override payloadMembers() {
      return { args: 'mine' };
    }
  }
  const queue = await bench.queue({ job: { plugins: [Bad], perform } });
  const refused = { code: 'RESKUE_MEMBER_INVALID' };
  await expect(queue.enqueue('q', 'job')).rejects.toMatchObject(refused);
  await expect(queue.enqueueAt(at, 'q', 'job')).rejects.toMatchObject(refused);
  expect(await bench.server.redis.keys('*:q*')).toEqual([]);
});
