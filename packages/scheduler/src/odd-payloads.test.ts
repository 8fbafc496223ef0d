import { expect, test } from 'vitest';
import { nodePayload, schedulerBench } from './scheduler-bench.test-kit.js';

const bench = schedulerBench();
const { keys } = bench;

const queued = (): Promise<string[]> => bench.server.redis.lrange(keys.queue('math'), 0, -1);

async function failures(): Promise<{ payload: unknown; error: string; worker: string }[]> {
  const texts = await bench.server.redis.lrange(keys.failed, 0, -1);
  // What encodeFailure writes has these members.
  return texts.map((text) => JSON.parse(text) as { payload: unknown; error: string; worker: string });
}

test.each([
  ['no JSON', '{"class":', /not JSON/],
  ['no object', '[1]', /no JSON object/],
  ['null', 'null', /no JSON object/],
  ['no class', '{"queue":"math","args":[]}', /no class/],
  ['a class that is no string', '{"class":1,"queue":"math"}', /class that is no string/],
  ['no queue', '{"class":"add","args":[1]}', /names no queue/],
  ['an empty queue', '{"class":"add","queue":"","args":[1]}', /names no queue/],
  ['a queue that is no string', '{"class":"add","queue":{},"args":[1]}', /names no queue/],
  ['empty text', '', /not JSON/],
])(
  'a payload with %s goes to failed, its text kept, and the next job goes on',
  async (_, payload, reason) => {
    const scheduler = await bench.scheduler({ name: 'ours:1' });
    const errors: unknown[] = [];
    scheduler.on('error', (error) => errors.push(error));
    await bench.delayAsNeighbour(10, payload, nodePayload('add'));
    await scheduler.poll();
    const [failure] = await failures();
    expect(failure?.error).toMatch(reason);
    expect(failure?.worker).toBe('ours:1');
    const [text] = await bench.server.redis.lrange(keys.failed, 0, -1);
    expect(text).toContain(
      `"payload":${/JSON:|not JSON/.test(String(reason)) ? JSON.stringify(payload) : payload}`,
    );
    expect(await queued()).toEqual([nodePayload('add')]);
    expect(errors).toMatchObject([{ code: 'RESKUE_PAYLOAD_INVALID' }]);
    expect(await bench.server.redis.exists(keys.schedule, keys.bucket(10))).toBe(0);
    expect(await bench.server.redis.get(keys.failures)).toBe('1');
  },
);

test.each([
  [
    'floats, big integers and escapes',
    '{"class":"E","queue":"math","args":[1.0,1.0e+20,9007199254740993,"\\u003c"]}',
  ],
  ['members after args', '{"class":"E","args":[],"queue":"math","id":"x","retry":{"n":1}}'],
  [
    '1,100 levels of nesting',
    `{"class":"E","queue":"math","args":[${'['.repeat(1_100)}${']'.repeat(1_100)}]}`,
  ],
  ['__proto__', '{"class":"__proto__","queue":"math","args":[{"__proto__":{"a":1}}],"__proto__":null}'],
  ['the replacement character as text', '{"class":"E","queue":"math","args":["\uFFFD"]}'],
  ['args that are no array', '{"class":"E","queue":"math","args":{"a":1}}'],
])('a job with %s keeps its bytes', async (_, payload) => {
  const scheduler = await bench.scheduler({}, {});
  scheduler.on('error', (error) => expect.unreachable(String(error)));
  await bench.delayAsNeighbour(10, payload);
  await scheduler.poll();
  expect(await queued()).toEqual([payload]);
});

test('bytes that are no UTF-8 go to failed and do not make the loop spin', async () => {
  const { redis } = bench.server;
  const bytes = Buffer.from('7b22636c617373223a22fffe227d', 'hex');
  await redis.rpush(keys.bucket(10), nodePayload('add', 1), bytes, nodePayload('add', '\uFFFD'));
  await redis.zadd(keys.schedule, 10, '10');
  const scheduler = await bench.scheduler();
  scheduler.on('error', () => {});
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('add', 1), nodePayload('add', '\uFFFD')]);
  const [failure] = await failures();
  expect(failure?.error).toContain(bytes.toString('base64'));
  expect(await redis.exists(keys.schedule, keys.bucket(10))).toBe(0);
});

test('strange bytes in the set of exact times do not make the loop spin', async () => {
  const { redis } = bench.server;
  await redis.zadd(keys.due, 1_000, Buffer.from('31303a22ff22', 'hex'), 2_000, `11:${nodePayload('gone')}`);
  await bench.delayAsNeighbour(12, nodePayload('add'));
  const scheduler = await bench.scheduler();
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('add')]);
  // An exact time without a job, as a neighbour's scheduler leaves it, is forgotten.
  expect(await redis.zcard(keys.due)).toBe(1);
});

test('a bucket of a wrong type is an error, and holds up no other', async () => {
  const { redis } = bench.server;
  await redis.set(keys.bucket(10), 'no list');
  await redis.zadd(keys.schedule, 10, '10', 11, 'no second');
  await bench.delayAsNeighbour(12, nodePayload('add'));
  const scheduler = await bench.scheduler();
  const errors: string[] = [];
  scheduler.on('error', (error) => errors.push(String(error)));
  await scheduler.poll();
  expect(errors).toEqual([expect.stringContaining('WRONGTYPE')]);
  expect(await queued()).toEqual([nodePayload('add')]);
});

test('a job whose queue is no list stays delayed, with an error event, and is promoted once it is mended', async () => {
  const { redis } = bench.server;
  await redis.set(keys.queue('math'), 'no list');
  const other = '{"class":"add","queue":"other","args":[]}';
  await bench.delayAsNeighbour(10, nodePayload('add'), other);
  const scheduler = await bench.scheduler();
  const errors: unknown[][] = [];
  scheduler.on('error', (error, queue) => errors.push([error.message, queue]));
  await scheduler.poll();
  expect(errors).toEqual([[expect.stringContaining('queue "math" is no list'), 'math']]);
  expect(await redis.lrange(keys.queue('other'), 0, -1)).toEqual([other]);
  const [second] = await redis.zrange(keys.schedule, '0', '-1');
  await redis.del(keys.queue('math'));
  await redis.zadd(keys.due, 1_000, `${second}:${nodePayload('add')}`);
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('add')]);
});

test('a second whose jobs were all taken away by a neighbour is forgotten', async () => {
  await bench.server.redis.zadd(keys.schedule, 10, '10');
  const scheduler = await bench.scheduler();
  scheduler.on('workingTimestamp', () => expect.unreachable());
  await scheduler.poll();
  expect(await bench.server.redis.exists(keys.schedule)).toBe(0);
});

test('more seconds than one look takes, none of which can be promoted, do not hide those behind', async () => {
  const { redis } = bench.server;
  for (let second = 1; second <= 250; second += 1) {
    await redis.set(keys.bucket(second), 'no list');
    await redis.zadd(keys.schedule, second, String(second));
  }
  await bench.delayAsNeighbour(251, nodePayload('add'));
  const scheduler = await bench.scheduler();
  scheduler.on('error', () => {});
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('add')]);
});

test('a marker or a count of a wrong type neither stops nor doubles a job', async () => {
  const { redis } = bench.server;
  class Refuses {
    name = 'Refuses';
    beforeEnqueue = (): boolean => false;
  }
  await redis.rpush(keys.bucket(10), nodePayload('add'), 'no JSON', nodePayload('refused'));
  await redis.zadd(keys.schedule, 10, '10');
  for (const payload of [nodePayload('add'), nodePayload('refused')])
    await redis.set(keys.timestamps(payload), 'no set');
  await redis.set(keys.failures, 'many');
  const scheduler = await bench.scheduler({}, { refused: { plugins: [Refuses], perform: () => null } });
  const errors: string[] = [];
  scheduler.on('error', (error) => errors.push(String(error)));
  await scheduler.poll();
  await scheduler.poll();
  expect(await queued()).toEqual([nodePayload('add')]);
  expect(await failures()).toHaveLength(1);
  const seconds = await redis.zrange(keys.schedule, '0', '-1');
  expect(seconds).toHaveLength(1);
  expect(await redis.lrange(keys.bucket(seconds[0]!), 0, -1)).toEqual([nodePayload('refused')]);
  expect(errors).toHaveLength(1);
});
