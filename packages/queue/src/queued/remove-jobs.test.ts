import { expect, test } from 'vitest';
import { queueBench } from '../queue-bench.test-kit.js';

const bench = queueBench();
const node = (args: string) => `{"class":"A","queue":"q","args":${args}}`;
const ruby = (args: string) => `{"class":"A","args":${args}}`;

test.each([
  ["in Ruby's order", ruby('[1]'), [1]],
  ['with a fraction that is none', ruby('[1.0]'), [1]],
  ['with the escapes of Rails', ruby('["\\u003cb\\u003e"]'), ['<b>']],
  ['with a big integer, as JavaScript reads it', ruby('[9007199254740993]'), [9007199254740992]],
  ['with a float in digits', node('[100000000000000000000]'), [1e20]],
  ['with its keys in another order', node('[{"b":1,"a":{"d":1,"c":2}}]'), [{ a: { c: 2, d: 1 }, b: 1 }]],
  ['with members after args', '{"class":"A","queue":"q","args":[1],"id":"7","meta":{}}', [1]],
  ['with spaces', '{ "class": "A", "queue": "q", "args": [ "x" ] }', ['x']],
  ['without args', '{"class":"A"}', []],
])('del removes a job that was written %s', async (_, text, args) => {
  const queue = await bench.queue();
  await bench.push('queue:q', node('["other"]'), text, 'no job', '[]');
  expect(await queue.del('q', 'A', args)).toBe(1);
  expect(await bench.list('queue:q')).toEqual([node('["other"]'), 'no job', '[]']);
  expect(await queue.del('q', 'A', args)).toBe(0);
});

test('del tells jobs apart by class, queue and the whole of their args', async () => {
  const queue = await bench.queue();
  const others = [
    node('[1,2]'),
    node('["1"]'),
    node('[[1]]'),
    '{"class":"B","queue":"q","args":[1]}',
    '{"class":"A","queue":"other","args":[1]}',
  ];
  await bench.push('queue:q', ...others);
  expect(await queue.del('q', 'A', [1])).toBe(0);
  expect(await bench.list('queue:q')).toEqual(others);
});

test('args are compared as they are stored: a Date as its text, undefined members not at all', async () => {
  const queue = await bench.queue();
  const args = [new Date(0), { gone: undefined, kept: 1 }, { toJSON: () => 'own' }];
  await bench.push('queue:q', ruby('["1970-01-01T00:00:00.000Z",{"kept":1.0},"own"]'));
  expect(await queue.del('q', 'A', args)).toBe(1);
});

test('a scalar is the only argument, as in enqueue', async () => {
  const queue = await bench.queue();
  await queue.enqueue('q', 'A', 5);
  expect(await queue.del('q', 'A', 5)).toBe(1);
});

test('count removes so many from the head, or from the tail, in whatever form they are', async () => {
  const mark = node('["mark"]');
  const queue = await bench.queue();
  const all = [ruby('[1]'), node('[1]'), mark, node('[1.0]'), ruby('[1]')];
  await bench.push('queue:q', ...all);
  expect(await queue.del('q', 'A', [1], 2)).toBe(2);
  expect(await bench.list('queue:q')).toEqual([mark, node('[1.0]'), ruby('[1]')]);
  await bench.push('queue:q', node('[1]'));
  expect(await queue.del('q', 'A', [1], -2)).toBe(2);
  expect(await bench.list('queue:q')).toEqual([mark, node('[1.0]')]);
  expect(await queue.del('q', 'A', [1], 7)).toBe(1);
  expect(await bench.list('queue:q')).toEqual([mark]);
});

test('5,000 entries are looked through in pages, and no reply holds the queue', async () => {
  const queue = await bench.queue();
  const texts = Array.from({ length: 5_000 }, (_, at) =>
    at % 10 === 0 ? ruby(`["x",${at % 100}]`) : node(`[${at}]`),
  );
  await bench.push('queue:q', ...texts);
  expect(await bench.calls('evalsha', () => queue.del('q', 'A', ['x', 0]))).toBeLessThanOrEqual(12);
  expect(await queue.length('q')).toBe(4_950);
  expect(await queue.del('q', 'A', ['x', 10], 3)).toBe(3);
  expect(await queue.del('q', 'A', ['x', 10])).toBe(47);
  expect(await queue.del('q', 'A', [4_999], -1)).toBe(1);
  expect(await queue.length('q')).toBe(4_899);
});

test('delByFunction removes the jobs of a class from anywhere, and gives how many there were', async () => {
  const queue = await bench.queue();
  const other = '{"class":"B","queue":"q","args":["A"]}';
  const texts = Array.from({ length: 3_000 }, (_, at) =>
    at % 3 === 0 ? other : at % 3 === 1 ? node(`[${at}]`) : ruby('[]'),
  );
  await bench.push('queue:q', ...texts, 'no job');
  expect(await queue.delByFunction('q', 'A')).toBe(2_000);
  expect(await bench.list('queue:q')).toEqual([...Array.from({ length: 1_000 }, () => other), 'no job']);
  expect(await queue.delByFunction('q', 'A')).toBe(0);
});

test('delByFunction with a range counts what is in it', async () => {
  const queue = await bench.queue();
  await bench.push('queue:q', node('[1]'), node('[2]'), node('[3]'), node('[4]'));
  expect(await queue.delByFunction('q', 'A', 1, 2)).toBe(2);
  expect(await queue.delByFunction('q', 'A', -1, -1)).toBe(1);
  expect(await bench.list('queue:q')).toEqual([node('[1]')]);
});

test('nothing is missed while workers take jobs from the head and others are added', async () => {
  const queue = await bench.queue();
  const texts = Array.from({ length: 4_000 }, (_, at) =>
    at % 2 === 0 ? node(`[${at}]`) : `{"class":"B","args":[${at}]}`,
  );
  await bench.push('queue:q', ...texts);
  const client = bench.server.client();
  let taken = 0;
  const work = new AbortController();
  const working = (async () => {
    while (!work.signal.aborted) {
      const text = await client.lpop('resque:queue:q');
      if (text?.includes('"class":"A"')) taken += 1;
      await client.rpush('resque:queue:q', '{"class":"B","args":["new"]}');
    }
  })();
  const removed = await queue.delByFunction('q', 'A');
  work.abort();
  await working;
  expect(removed + taken).toBe(2_000);
  expect((await bench.list('queue:q')).filter((text) => text.includes('"class":"A"'))).toEqual([]);
});

test('a full Redis can be cleared', async () => {
  const queue = await bench.queue();
  await bench.push('queue:q', ...Array.from({ length: 100 }, (_, at) => node(`[${at}]`)));
  await bench.server.redis.config('SET', 'maxmemory', '1');
  try {
    expect(await queue.del('q', 'A', [1])).toBe(1);
    expect(await queue.delByFunction('q', 'A')).toBe(99);
    await queue.delQueue('q');
  } finally {
    await bench.server.redis.config('SET', 'maxmemory', '0');
  }
});

test('delQueue removes the jobs, the name and the wake token', async () => {
  const queue = await bench.queue();
  await queue.enqueue('q', 'A');
  expect(await queue.delQueue('q')).toBeUndefined();
  expect(await queue.queues()).toEqual([]);
  expect(await bench.server.redis.exists('resque:queue:q', 'resque:wake:q')).toBe(0);
  await expect(queue.delQueue('unknown')).resolves.toBeUndefined();
});

test('queued gives a stretch of the queue, and what is no job by its text', async () => {
  const queue = await bench.queue();
  await bench.push(
    'queue:q',
    ruby('[1]'),
    'no job',
    '5',
    '{"args":[]}',
    '{"class":"A","args":{"a":1},"queue":"x"}',
  );
  expect(await queue.queued('q', 0, 0)).toEqual([{ class: 'A', queue: 'q', args: [1] }]);
  expect(await queue.queued('q', 1, -1)).toEqual([
    { class: '', queue: 'q', args: [], raw: 'no job' },
    { class: '', queue: 'q', args: [], raw: '5' },
    { class: '', queue: 'q', args: [], raw: '{"args":[]}' },
    { class: 'A', queue: 'x', args: [{ a: 1 }] },
  ]);
  expect(await queue.queued('q', -2, -1)).toHaveLength(2);
  expect(await queue.queued('q', 9, 12)).toEqual([]);
  await bench.push('queue:long', ...Array.from({ length: 2_500 }, (_, at) => node(`[${at}]`)));
  expect((await queue.queued('long', 0, -1)).map(({ args }) => args[0] as number)).toEqual(
    Array.from({ length: 2_500 }, (_, at) => at),
  );
});
