import { Plugin, type ParsedFailedJobPayload } from '@reskue/core';
import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const rubyEntry = (payload: string, error = 'boom') =>
  `{"failed_at":"2026/11/22 08:15:28 UTC","payload":${payload},"exception":"RuntimeError","error":"${error}","backtrace":["a.rb:1"],"worker":"h:1:q","queue":"q"}`;
const nodeEntry = (args: string, more = '') =>
  `{"worker":"h:1","queue":"q","payload":{"class":"A","queue":"q","args":${args}},"exception":"Error","error":"boom","backtrace":["at a"],"failed_at":"Sun Nov 22 2026"${more}}`;

/** The only entry, after a way through JSON, as an admin page has it. */
async function onlyEntry(queue: Awaited<ReturnType<typeof bench.queue>>): Promise<ParsedFailedJobPayload> {
  const [entry] = await queue.failed(0, -1);
  return JSON.parse(JSON.stringify(entry)) as ParsedFailedJobPayload;
}

test('failed jobs are counted, listed, and removed one by one', async () => {
  const queue = await bench.queue();
  await bench.push('failed', nodeEntry('[1]'), nodeEntry('[2]'), nodeEntry('[1]'));
  expect(await queue.failedCount()).toBe(3);
  const [first, second] = await queue.failed(0, 1);
  expect(first).toEqual(JSON.parse(nodeEntry('[1]')));
  expect(await queue.removeFailed(first!)).toBe(1);
  expect(await queue.removeFailed(second!)).toBe(1);
  expect(await bench.list('failed')).toEqual([nodeEntry('[1]')]);
  expect(await queue.removeFailed(second!)).toBe(0);
});

test.each([
  ['1.0', rubyEntry('{"class":"A","args":[1.0]}')],
  ['big integers', rubyEntry('{"class":"A","args":[12345678901234567890]}')],
  ['the escapes of Rails', rubyEntry('{"class":"A","args":["\\u003cb\\u003e"]}')],
  ['integer-like keys', rubyEntry('{"class":"A","args":[{"b":1,"1":2}]}')],
  ['members after args', nodeEntry('[1]', ',"retried_at":"x"')],
  ['spaces', ` ${nodeEntry('[ 1 ]')}`],
])('an entry with %s is found, and retried byte for byte', async (_, text) => {
  const queue = await bench.queue();
  const payload = /"payload":(\{.*?\}\]?\}|\{.*?\})(?=,"exception)/.exec(text)?.[1] ?? '';
  await bench.push('failed', text);
  expect(await queue.retryAndRemoveFailed(await onlyEntry(queue))).toBe(true);
  expect(await bench.list('queue:q')).toEqual([payload]);
  expect(await queue.failedCount()).toBe(0);
  await bench.push('failed', text);
  expect(await queue.removeFailed(await onlyEntry(queue))).toBe(1);
  expect(await queue.failedCount()).toBe(0);
});

test('of two entries that differ in bytes alone, the one that was read is removed', async () => {
  const queue = await bench.queue();
  await bench.push('failed', rubyEntry('{"class":"A","args":[1]}'), rubyEntry('{"class":"A","args":[1.0]}'));
  const [, second] = await queue.failed(0, -1);
  expect(await queue.removeFailed(second!)).toBe(1);
  expect(await bench.list('failed')).toEqual([rubyEntry('{"class":"A","args":[1]}')]);
});

test('an entry that was changed after reading is looked for as it is now', async () => {
  const queue = await bench.queue();
  await bench.push('failed', nodeEntry('[1]'));
  const [entry] = await queue.failed(0, -1);
  entry!.error = 'changed';
  expect(await queue.removeFailed(entry!)).toBe(0);
  await expect(queue.retryAndRemoveFailed(entry!)).rejects.toThrow('This job is not in failed queue');
});

test('an entry that is not there is told, and nothing is enqueued', async () => {
  const queue = await bench.queue();
  const entry = JSON.parse(nodeEntry('[1]')) as ParsedFailedJobPayload;
  await expect(queue.retryAndRemoveFailed(entry)).rejects.toMatchObject({
    code: 'RESKUE_JOB_NOT_FAILED',
    message: 'This job is not in failed queue',
  });
  // As JavaScript may call it.
  for (const odd of [undefined, null, 'text', { big: 1n }]) {
    expect(await queue.removeFailed(odd as never)).toBe(0);
    await expect(queue.retryAndRemoveFailed(odd as never)).rejects.toMatchObject({
      code: 'RESKUE_JOB_NOT_FAILED',
    });
  }
  expect(await queue.queues()).toEqual([]);
});

test('twenty retries of one entry at once enqueue it once', async () => {
  const queue = await bench.queue();
  await bench.push('failed', nodeEntry('[1]'));
  const entry = await onlyEntry(queue);
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, () => queue.retryAndRemoveFailed(entry)),
  );
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await queue.length('q')).toBe(1);
  expect(await bench.list('wake:q')).toEqual(['1']);
});

test('a job that a hook refuses stays in failed; one that passes has its after hook run', async () => {
  const seen: string[] = [];
  class Gate extends Plugin {
    override beforeEnqueue() {
      seen.push(`before ${JSON.stringify(this.args)}`);
      return this.args[0] === 1;
    }
    override afterEnqueue() {
      seen.push('after');
    }
  }
  const queue = await bench.queue({ A: { plugins: [Gate], perform: () => 0 } });
  await bench.push('failed', nodeEntry('[0]'), nodeEntry('[1]'));
  const [refused, passed] = await queue.failed(0, -1);
  expect(await queue.retryAndRemoveFailed(refused!)).toBe(false);
  expect(await queue.retryAndRemoveFailed(passed!)).toBe(true);
  expect(await bench.list('failed')).toEqual([nodeEntry('[0]')]);
  expect(await queue.length('q')).toBe(1);
  expect(seen).toEqual(['before [0]', 'before [1]', 'after']);
});

test('a job that was no JSON goes back as the text that it was', async () => {
  const queue = await bench.queue();
  await bench.push('failed', rubyEntry('"no \\"job\\""'));
  expect(await queue.retryAndRemoveFailed(await onlyEntry(queue))).toBe(true);
  expect(await bench.list('queue:q')).toEqual(['no "job"']);
});

test('a retry into a queue that is no list leaves the entry where it is', async () => {
  const queue = await bench.queue();
  await bench.push('failed', nodeEntry('[1]'));
  await bench.server.redis.set('resque:queue:q', 'no list');
  await expect(queue.retryAndRemoveFailed(await onlyEntry(queue))).rejects.toThrow('WRONGTYPE');
  expect(await queue.failedCount()).toBe(1);
});

test('an entry that cannot be read does not break the listing, and can be removed', async () => {
  const queue = await bench.queue();
  await bench.push('failed', '', 'no json', '[]', nodeEntry('[1]'));
  const listed = await queue.failed(0, -1);
  expect(listed.map(({ payload }) => payload.class)).toEqual(['', '', '', 'A']);
  expect(listed[1]).toMatchObject({
    raw: 'no json',
    error: expect.stringContaining('cannot be read') as string,
  });
  await expect(queue.retryAndRemoveFailed(listed[1]!)).rejects.toMatchObject({
    code: 'RESKUE_PAYLOAD_INVALID',
  });
  expect(await queue.removeFailed(listed[1]!)).toBe(1);
  expect(await bench.list('failed')).toEqual(['', '[]', nodeEntry('[1]')]);
});

test.each([
  ['a payload', '{"worker":"h:1","queue":"q"}', 'RESKUE_PAYLOAD_INVALID'],
  ['a queue', '{"payload":{"class":"A","args":[]}}', 'RESKUE_QUEUE_NAME_INVALID'],
])('an entry without %s is not retried, and stays', async (_, text, code) => {
  const queue = await bench.queue();
  await bench.push('failed', text);
  await expect(queue.retryAndRemoveFailed(await onlyEntry(queue))).rejects.toMatchObject({ code });
  expect(await bench.list('failed')).toEqual([text]);
});

test('an entry deep in a long list is found without loading the list', async () => {
  const queue = await bench.queue();
  await bench.push('failed', rubyEntry('{"class":"A","args":[1.0]}', 'wanted'));
  await bench.push('failed', ...Array.from({ length: 3_000 }, (_, at) => nodeEntry(`[${at}]`)));
  const [entry] = JSON.parse(JSON.stringify(await queue.failed(0, 0))) as ParsedFailedJobPayload[];
  const bytes = await sent(() => queue.removeFailed(entry!));
  expect(bytes).toBeLessThan(20_000);
  expect(await queue.failedCount()).toBe(3_000);
});

test.each([1_100, 100_000])(
  'an entry nested %i levels deep is listed, retried and removed',
  async (levels) => {
    const queue = await bench.queue();
    const payload = `{"class":"A","args":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    await bench.push('failed', rubyEntry(payload), rubyEntry(payload));
    const [one, other] = await queue.failed();
    expect(await queue.removeFailed(one!)).toBe(1);
    expect(await queue.retryAndRemoveFailed(other!)).toBe(true);
    expect(await bench.list('queue:q')).toEqual([payload]);
    expect(await queue.failedCount()).toBe(0);
  },
);

async function sent(work: () => Promise<unknown>): Promise<number> {
  const total = async () =>
    Number(/total_net_output_bytes:(\d+)/.exec(await bench.server.redis.info('stats'))?.[1]);
  const before = await total();
  await work();
  return (await total()) - before;
}
