import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ReskueError } from '../errors/reskue-error.js';
import { decodeFailure } from './decode-failure.js';
import { encodeFailure } from './encode-failure.js';

const rawPayload = '{"class":"a","queue":"q","args":[1.0,12345678901234567890]}';
const failedAt = Date.UTC(2026, 10, 22, 8, 15, 28);
const base = { worker: 'host:1', queue: 'q', rawPayload, failedAt };

test('node-resque’s entry: order of members, payload byte for byte, stack without its first line', () => {
  const error = new TypeError('boom');
  error.stack = 'TypeError: boom\n    at one\n    at two';
  expect(encodeFailure('node', { ...base, error })).toBe(
    `{"worker":"host:1","queue":"q","payload":${rawPayload},"exception":"TypeError","error":"boom",` +
      `"backtrace":["    at one","    at two"],"failed_at":${JSON.stringify(new Date(failedAt).toString())}}`,
  );
});

test('Ruby’s entry', () => {
  const error = { name: 'E', message: 'm' };
  expect(encodeFailure('ruby', { ...base, worker: 'host:1:q', error })).toBe(
    `{"failed_at":"2026/11/22 08:15:28 UTC","payload":${rawPayload},"exception":"E","error":"m","backtrace":[],` +
      `"worker":"host:1:q","queue":"q"}`,
  );
});

const throwing = (): never => {
  throw new Error('hostile');
};
const hostile = new Proxy({}, { get: throwing, getPrototypeOf: throwing, ownKeys: throwing });
const thrown: [unknown, string, string | RegExp][] = [
  [undefined, 'Error', 'undefined'],
  [null, 'Error', 'null'],
  ['', 'Error', ''],
  ['text', 'Error', 'text'],
  [42, 'Error', '42'],
  [10n, 'Error', '10'],
  [Symbol('s'), 'Error', 'Symbol(s)'],
  [{ code: 7 }, 'Error', '{"code":7}'],
  [new Error(''), 'Error', ''],
  [
    new ReskueError('RESKUE_JOB_UNKNOWN', 'No job defined for class "x"'),
    'Error',
    'No job defined for class "x"',
  ],
  [hostile, 'Error', 'a value that cannot be described'],
  [Object.create(null), 'Error', '[object Object]'],
  [{ toString: throwing, toJSON: throwing }, 'Error', '[object Object]'],
  [
    {
      get message(): string {
        return throwing();
      },
      name: 5,
    },
    'Error',
    /./,
  ],
];
test.each(thrown.map((one) => [inspect(one[0], { showProxy: true }).slice(0, 60), ...one] as const))(
  'thrown: %s',
  (_, error, exception, message) => {
    for (const dialect of ['node', 'ruby'] as const) {
      const entry: unknown = JSON.parse(encodeFailure(dialect, { ...base, error }));
      expect(entry).toMatchObject({
        exception,
        error: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
      });
    }
  },
);

test('a message of 5 MB is cut to 64 kB at a whole character, and the stack stays short', () => {
  const error = new Error('é'.repeat(2_500_000));
  const text = encodeFailure('node', { ...base, error });
  expect(text.length).toBeLessThan(300_000);
  const decoded = decodeFailure(text);
  expect(decoded).toMatchObject({ ok: true, raw: text, failure: { error: 'é'.repeat(32 * 1024) } });
});

test('lines of the message are no part of the backtrace', () => {
  const error = new Error('two\nlines');
  expect(JSON.parse(encodeFailure('node', { ...base, error }))).toMatchObject({
    backtrace: expect.arrayContaining([expect.stringContaining('failure.test.ts') as string]) as string[],
    error: 'two\nlines',
  });
  expect(encodeFailure('node', { ...base, error })).not.toContain('"backtrace":["lines"');
});

test('a payload that is no JSON is kept as text', () => {
  const entry = encodeFailure('node', { ...base, rawPayload: 'no "json"', error: null });
  expect(decodeFailure(entry)).toMatchObject({
    ok: true,
    failure: { payload: 'no "json"', backtrace: null },
  });
});

test.each(['', 'x', '5', 'null', '[]'])('%j is no entry', (raw) => {
  expect(decodeFailure(raw)).toMatchObject({ ok: false, raw });
});
