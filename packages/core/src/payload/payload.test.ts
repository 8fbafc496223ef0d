import { expect, test } from 'vitest';
import { decodeJob } from './decode-job.js';
import { encodeArgs, encodeJob } from './encode-job.js';
import { encodeJobs, encodePayload } from './encode-jobs.js';
import { encodingCandidates } from './encoding-candidates.js';
import { LongPayload } from './long-payload.js';
import { sameJob } from './same-job.js';

test('node-resque’s bytes: class, queue, args', () => {
  const payload = encodeJob('node', 'math', 'add', [1, 'x/é\u2028', { a: [] }]);
  expect(payload).toBe('{"class":"add","queue":"math","args":[1,"x/é\u2028",{"a":[]}]}');
  expect(payload).toBe(JSON.stringify({ class: 'add', queue: 'math', args: [1, 'x/é\u2028', { a: [] }] }));
});

test('Ruby’s bytes: without a queue in the queue, with it at the end when delayed', () => {
  expect(encodeJob('ruby', 'math', 'Foo::Bar', [1], 'queue')).toBe('{"class":"Foo::Bar","args":[1]}');
  expect(encodeJob('ruby', 'math', 'Foo::Bar', [1], 'delayed')).toBe(
    '{"class":"Foo::Bar","args":[1],"queue":"math"}',
  );
  expect(encodeJob('node', 'math', 'add', [], 'delayed')).toBe('{"class":"add","queue":"math","args":[]}');
});

test('args of texts, numbers and booleans are written as JSON.stringify writes them', () => {
  const odd = [
    '',
    'null',
    'a"b',
    'a\\b',
    '\ud800',
    '\ud83d\ude00',
    'x'.repeat(70_000),
    `${'x'.repeat(70_000)}\n`,
  ];
  const chars = Array.from({ length: 0x2100 }, (_, code) => `a${String.fromCharCode(code)}`);
  const numbers = [0, -0, 1, -1.5, 1e21, 1e-7, 2 ** 53, 0.1 + 0.2, Number.MAX_VALUE, Number.MIN_VALUE];
  for (const arg of [...odd, ...chars, ...numbers, true, false])
    expect(encodeArgs([arg])).toBe(JSON.stringify([arg]));
  const all = [...odd, ...chars, ...numbers, true, false];
  expect(encodeArgs(all)).toBe(JSON.stringify(all));
  for (const args of [[], [1, [2]], ['a', null], [Number.NaN], [{}]])
    expect(encodeArgs(args)).toBe(JSON.stringify(args));
  const own = Object.assign(['a'], { toJSON: () => ['b'] });
  expect(encodeArgs(own)).toBe('["b"]');
});

const cycle: Record<string, unknown> = {};
cycle.self = { cycle };
const refused: [string, unknown[], string][] = [
  ['a BigInt', [{ x: [10n] }], 'args[0].x[0]: the BigInt 10n'],
  ['a cycle', [1, cycle], 'args[1].self.cycle: an object that contains itself'],
  ['a function', [() => 1], 'args[0]: a function'],
  ['a function in an array', [{ 'a b': [Math.max] }], 'args[0]["a b"][0]: a function'],
  ['a symbol', [Symbol('s')], 'args[0]: a symbol'],
  ['undefined', [1, undefined], 'args[1]: undefined'],
  ['a toJSON that gives undefined', [{ toJSON: () => undefined }], 'args[0]: undefined'],
];
test.each(refused)('%s is no JSON, and its place is named', (_, args, message) => {
  expect(() => encodeArgs(args)).toThrow(
    expect.objectContaining({
      code: 'RESKUE_ARGS_NOT_JSON',
      message: `Job arguments must be JSON; ${message} is no JSON value`,
    }) as Error,
  );
});

test('a hostile getter and endless nesting are refused, too', () => {
  const hostile = {
    get x(): never {
      throw new Error('mine');
    },
  };
  let deep: unknown[] = [];
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  for (const args of [[hostile], deep]) {
    expect(() => encodeArgs(args)).toThrow(
      expect.objectContaining({ code: 'RESKUE_ARGS_NOT_JSON', cause: expect.any(Error) as Error }) as Error,
    );
  }
});

test('what node-resque let through stays: dates, undefined members, NaN, null, the same object twice', () => {
  const twice = { a: 1 };
  const args = [new Date(0), { gone: undefined, f: () => 1 }, NaN, null, twice, twice, Buffer.from('a')];
  expect(encodeArgs(args)).toBe(JSON.stringify(args));
});

test('a payload is read whatever it is, and its text is kept', () => {
  const raw = '{"class":"a","args":[1.0, 12345678901234567890],"id":"x"}';
  expect(decodeJob(raw, 'q')).toEqual({
    ok: true,
    raw,
    job: { class: 'a', args: [1, 12345678901234567000], id: 'x', queue: 'q' },
  });
});

const args: [string, unknown[]][] = [
  ['{"class":"a"}', []],
  ['{"class":"a","args":null}', []],
  ['{"class":"a","args":5}', [5]],
  ['{"class":"a","args":{"b":1}}', [{ b: 1 }]],
];
test.each(args)('the args of %s', (raw, expected) => {
  expect(decodeJob(raw)).toMatchObject({ ok: true, job: { args: expected } });
});

const broken = ['', 'NaN', '{"class":', '5', 'null', '"text"', '[1]', '{}', '{"class":7}', '{"args":[]}'];
test.each([...broken, '{"__proto__":{"class":"a"}}'])('%s is no job', (raw) => {
  expect(decodeJob(raw)).toMatchObject({ ok: false, raw, reason: expect.any(String) as string });
});

test('1,100 levels and __proto__ are read without harm', () => {
  const deep = `{"class":"a","args":${'['.repeat(1_100)}${']'.repeat(1_100)}}`;
  expect(decodeJob(deep)).toMatchObject({ ok: true });
  const decoded = decodeJob('{"class":"a","args":[{"__proto__":{"polluted":1}}],"__proto__":{"x":1}}');
  expect(decoded.ok).toBe(true);
  expect(Reflect.get({}, 'polluted')).toBe(undefined);
});

const wanted = { class: 'a', queue: 'q', args: [1, { b: 'é&', c: [] }, null] };
test.each([
  '{"class":"a","queue":"q","args":[1,{"b":"é&","c":[]},null]}',
  '{"class":"a","args":[1.0,{"c":[],"b":"\\u00e9\\u0026"},null]}',
  '{"args":[1.0e+00,{"c":[],"b":"é&"},null],"queue":"q","class":"a","id":"later"}',
])('the same job: %s', (raw) => {
  expect(sameJob(raw, wanted)).toBe(true);
  expect(sameJob(decodeJob(raw), wanted)).toBe(true);
});

test.each([
  '{"class":"b","queue":"q","args":[1,{"b":"é&","c":[]},null]}',
  '{"class":"a","queue":"p","args":[1,{"b":"é&","c":[]},null]}',
  '{"class":"a","queue":"q","args":[1,{"b":"é&","c":{}},null]}',
  '{"class":"a","queue":"q","args":[1,{"b":"é&","c":[],"d":1},null]}',
  '{"class":"a","queue":"q","args":[1,{"b":"é&","toString":[]},null]}',
  '{"class":"a","queue":"q","args":[1,{"b":"é&","c":[]}]}',
  '{"class":"a","queue":"q"}',
  'not json',
])('another job: %s', (raw) => {
  expect(sameJob(raw, wanted)).toBe(false);
});

test('any queue matches where none is asked for, and args are compared as they are written', () => {
  const raw = '{"class":"a","queue":"other","args":["1970-01-01T00:00:00.000Z",{}]}';
  expect(sameJob(raw, { class: 'a', args: [new Date(0), { x: undefined }] })).toBe(true);
  expect(sameJob('{"class":"a"}', { class: 'a', args: [] })).toBe(true);
});

test('the texts of a delayed job: ours first, both orders, with and without Rails’ escapes', () => {
  const node = '{"class":"a","queue":"q","args":["<&>\u2028"]}';
  const ruby = '{"class":"a","args":["<&>\u2028"],"queue":"q"}';
  const escaped = '["\\u003c\\u0026\\u003e\\u2028"]';
  expect(encodingCandidates('q', 'a', ['<&>\u2028'])).toEqual([
    node,
    ruby,
    `{"class":"a","queue":"q","args":${escaped}}`,
    `{"class":"a","args":${escaped},"queue":"q"}`,
  ]);
  expect(encodingCandidates('q', 'a', ['<&>\u2028'], 'ruby')[0]).toBe(ruby);
  expect(encodingCandidates('q', 'a', [1])).toHaveLength(2);
});

test.each<[string, unknown[]]>([
  ['a quote', ['a"b']],
  ['a backslash', ['a\\']],
  ['a line end', ['a\n']],
  ['the first half of a character', ['\ud83d']],
  ['the second half of it', ['\ude00']],
  ['a long text with a quote', [`"${'x'.repeat(3_000)}`]],
  ['an object', [{ a: '"' }, 'b']],
  ['nothing', []],
  ['a list of its own making', Object.assign(['a'], { toJSON: () => ['"'] })],
  ['no special character', ['a', 1, true, 'é日😀', 'y'.repeat(3_000)]],
  ['a long text', ['x'.repeat(70_000)]],
  ['a long text with a quote', [`${'é'.repeat(70_000)}"`]],
  ['much in it', [{ a: 'x'.repeat(70_000), b: '日' }, '😀']],
])('many jobs are written as each by itself, one of them with %s', (_, args) => {
  const jobs = [['a'], ['\ud83d'.slice(1)], args, ['b', 2], args].map((of, at) => ({
    queue: `q${at % 2}`,
    name: 'job',
    args: of,
  }));
  for (const dialect of ['node', 'ruby'] as const) {
    const texts = jobs.map(({ queue, name, args: own }) => encodeJob(dialect, queue, name, own));
    const payloads = encodeJobs(dialect, jobs);
    expect(payloads.map(String)).toEqual(texts);
    expect(payloads.map(({ length }) => length)).toEqual(texts.map(({ length }) => length));
    expect(jobs.map((job) => String(encodePayload(dialect, job)))).toEqual(texts);
  }
});

test('a long payload is kept in pieces, a short one is a text', () => {
  const payloadOf = (arg: unknown) => encodePayload('node', { queue: 'q', name: 'job', args: [arg] });
  const [text, object] = [payloadOf('x'.repeat(5_000)), payloadOf({ x: '日'.repeat(5_000) })];
  expect(text).toMatchObject({ args: 'x'.repeat(5_000), argsSize: 5_000 });
  expect(object).toBeInstanceOf(LongPayload);
  expect(object).toMatchObject({ argsSize: 15_010 });
  expect(payloadOf('x'.repeat(2_000))).toBe(encodeJob('node', 'q', 'job', ['x'.repeat(2_000)]));
});

test('args that throw when they are read are told as such', () => {
  const args = Object.defineProperty(['a'], 0, { get: () => expect.unreachable('read') as string });
  expect(() => encodePayload('node', { queue: 'q', name: 'job', args })).toThrow(
    expect.objectContaining({ code: 'RESKUE_ARGS_NOT_JSON' }),
  );
});

test('what is written is what was looked at, whatever an arg says the next time', () => {
  let reads = 0;
  const args = Object.defineProperty(['a'], 0, {
    get: () => (reads++ === 0 ? 'plain' : '"],"class":"other'),
  });
  const [payload = ''] = encodeJobs('node', [{ queue: 'q', name: 'job', args }]);
  expect(JSON.parse(String(payload))).toEqual({ class: 'job', queue: 'q', args: ['plain'] });
});

test('of many jobs, one that is no JSON is refused', () => {
  const jobs = [['a"'], [1n]].map((args) => ({ queue: 'q', name: 'job', args }));
  expect(() => encodeJobs('node', jobs)).toThrow('args[0]: the BigInt 1n is no JSON value');
});
