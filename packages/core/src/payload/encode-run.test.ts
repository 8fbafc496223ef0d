import { expect, test } from 'vitest';
import { encodeJob } from './encode-job.js';
import { encodeRun } from './encode-run.js';

const lists: [what: string, list: unknown[][]][] = [
  ['a text each', [['a'], [''], ['b c']]],
  ['a text each, some with escapes', [['"'], ['\\'], ['\n'], ['\ud800'], ['é'], ['\u2028'], ['plain']]],
  ['texts and others', [['a'], [1], ['"', true], [], [null, { a: '"' }], [new Date(0)]]],
  [
    'several texts, one with an escape',
    [
      ['a', 'b'],
      ['c"', 'd'],
      ['e', 'f'],
    ],
  ],
];

test.each(lists)('each payload is as encodeJob writes it: %s', (_, list) => {
  for (const dialect of ['node', 'ruby'] as const)
    for (const name of ['job', 'a"b\\c', 'größe', 'line\n']) {
      const run = encodeRun(dialect, 'q"', name, list);
      const texts = list.map((args) => encodeJob(dialect, 'q"', name, args));
      expect([...(run ?? [])]).toEqual(texts);
      expect(run?.length).toBe(list.length);
    }
});

test('its size is that of its payloads where nothing is escaped', () => {
  for (const list of [
    [['a'], ['bcd']],
    [[1], ['bcd']],
  ]) {
    const run = encodeRun('node', 'q', 'job', list);
    expect(run?.size).toBe([...(run ?? [])].join('').length);
  }
});

test('there is none where a job is long, or what stands around its args', () => {
  expect(encodeRun('node', 'q', 'job', [['a'], ['x'.repeat(4_096)]])).toBeUndefined();
  expect(encodeRun('node', 'q', 'job', [[1], ['x'.repeat(4_096)]])).toBeUndefined();
  expect(encodeRun('node', 'q', 'x'.repeat(1_000), [['a']])).toBeUndefined();
});

test('args with a toJSON of their own are written by it', () => {
  const args = Object.assign(['a'], { toJSON: () => ['b'] });
  expect([...(encodeRun('node', 'q', 'job', [args, ['c']]) ?? [])]).toEqual([
    encodeJob('node', 'q', 'job', ['b']),
    encodeJob('node', 'q', 'job', ['c']),
  ]);
});

test('args that are no JSON throw as of a single job', () => {
  expect(() => encodeRun('node', 'q', 'job', [['a'], [1n]])).toThrow(
    'args[0]: the BigInt 1n is no JSON value',
  );
  const hostile = Object.defineProperty(['a'], 0, {
    get() {
      throw new Error('no');
    },
  });
  expect(() => encodeRun('node', 'q', 'job', [['a'], hostile])).toThrow('args: cannot be written');
});
