import { describe, expect, test } from 'vitest';
import { next, record, until, workerBench } from './worker-bench.test-kit.js';

const bench = workerBench();
const good = { perform: () => 'good' };

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('no entry');
    },
  },
);

describe('a job that throws', () => {
  test.each([
    ['undefined', undefined],
    ['null', null],
    ['zero', 0],
    ['an empty text', ''],
    ['a text', 'text'],
    ['hostile getters', hostile],
    ['5 MB of message', new Error('x'.repeat(5_000_000))],
  ])('%s has failed, and the worker goes on', async (_, thrown) => {
    const bad = {
      perform: () => {
        throw thrown;
      },
    };
    const worker = await bench.worker({ bad, good });
    const failures = record(worker, 'failure');
    await bench.queue.enqueue('math', 'bad');
    await bench.queue.enqueue('math', 'good');
    await worker.start();
    await next(worker, 'success');
    expect(failures).toHaveLength(1);
    const [entry = ''] = await bench.server.redis.lrange('resque:failed', 0, -1);
    expect(JSON.parse(entry)).toMatchObject({ queue: 'math', payload: { class: 'bad' } });
    expect(entry.length).toBeLessThan(70_000 + 210_000);
  });
});

describe('a payload', () => {
  const deep = `{"class":"good","queue":"math","args":[${'['.repeat(1_100)}${']'.repeat(1_100)}]}`;
  const big = `{"class":"good","queue":"math","args":["${'y'.repeat(5_000_000)}"]}`;

  test.each([
    ['text', 'no json'],
    ['an array', '[1]'],
    ['null', 'null'],
    ['a number', '42'],
    ['empty', ''],
    ['without a class', '{"args":[]}'],
    ['with a class that is no text', '{"class":7,"args":[]}'],
    ['NaN', '{"class":"good","args":[NaN]}'],
    ['__proto__ as a class', '{"class":"__proto__","args":[]}'],
  ])('that is %s ends in failed with its text, and the worker goes on', async (_, payload) => {
    await bench.push('math', payload, '{"class":"good","args":[]}');
    const worker = await bench.started({ good });
    await next(worker, 'success');
    const entries = await bench.server.redis.lrange('resque:failed', 0, -1);
    expect(entries).toHaveLength(1);
    const entry = JSON.parse(entries[0] ?? '') as { payload: unknown };
    expect(typeof entry.payload === 'string' ? entry.payload : JSON.stringify(entry.payload)).toBe(payload);
  });

  test.each([
    ['1,100 levels of nesting', deep],
    ['5 MB of args', big],
    ['args that are no array', '{"class":"good","args":{"a":1}}'],
    ['no args', '{"class":"good"}'],
    ['members named __proto__', '{"class":"good","args":[{"__proto__":{"polluted":1}}],"__proto__":{"x":1}}'],
  ])('with %s is worked', async (_, payload) => {
    await bench.push('math', payload);
    const worker = await bench.started({ good });
    await next(worker, 'success');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(await bench.queue.failedCount()).toBe(0);
  });
});

test('a listener that throws does not stop the worker', async () => {
  const uncaught: unknown[] = [];
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error));
  try {
    const worker = await bench.worker({ good });
    worker.once('success', () => {
      throw new Error('listener');
    });
    await bench.queue.enqueue('math', 'good');
    await bench.queue.enqueue('math', 'good');
    const told = record(worker, 'success');
    await worker.start();
    await until(() => told.length >= 1 && uncaught.length === 1);
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const listener of before) process.on('uncaughtException', listener);
  }
});

test('an error without a listener does not end the process', async () => {
  const worker = await bench.started({ good });
  await bench.server.redis.set('resque:queue:math', 'no list');
  worker.pause();
  worker.resume();
  await bench.server.redis.del('resque:queue:math');
  await bench.queue.enqueue('math', 'good');
  await next(worker, 'success');
});

test('a finished job is never reported as stuck: its record and its count change in one step', async () => {
  const worker = await bench.worker({ good });
  const seen: unknown[] = [];
  worker.on('success', () => {
    seen.push(
      bench.server.redis.multi().get('resque:worker:host:1:math').get('resque:stat:processed').exec(),
    );
  });
  await bench.queue.enqueue('math', 'good');
  await worker.start();
  await until(() => seen.length === 1);
  expect(await seen[0]).toEqual([
    [null, null],
    [null, '1'],
  ]);
});
