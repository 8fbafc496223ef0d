import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { encodeJob } from '../payload/encode-job.js';
import { encodeRun } from '../payload/encode-run.js';
import { RpushCommand } from './rpush-command.js';
import { writeRun } from './write-run.js';

const server = redisServer();

/** Pushes a run of jobs with these args, and compares what is in Redis with what encodeJob writes. */
async function arrives(list: unknown[][], key = 'list', name = 'job'): Promise<void> {
  const run = encodeRun('node', 'q', name, list);
  if (run === undefined) throw new Error('no run');
  const command = new RpushCommand(key, run, undefined);
  server.redis.sendCommand(command);
  expect(await command.promise).toBe(list.length);
  const texts = list.map((args) => encodeJob('node', 'q', name, args));
  expect(await server.redis.lrange(key, 0, -1)).toEqual(texts);
}

const many = (text: (at: number) => unknown): unknown[][] =>
  Array.from({ length: 1_000 }, (_, at) => [text(at)]);
const hostile = [
  '"',
  '\\',
  '\n',
  '\r\n$1\r\nx',
  '\u0000',
  '\u001f',
  '\u007f',
  'é',
  '日',
  '😀',
  '\ud800',
  '\u2028',
];

test.each([
  ['one', [['a']]],
  ['one without a character', [['']]],
  ['of all lengths', many((at) => 'x'.repeat(at))],
  ['of the longest', many(() => 'x'.repeat(4_000))],
  ['of one length', many((at) => `${at}.`.padEnd(100, 'x'))],
  ['numbers', many((at) => at)],
  ['objects, some of them not of ASCII', many((at) => ({ at, name: at % 100 === 7 ? 'é"' : 'e' }))],
])('payloads arrive byte for byte: %s', (_, list) => arrives(list));

test.each(hostile)('a text with %j arrives byte for byte, wherever it stands', async (odd) => {
  for (const at of [0, 1, 500, 999]) {
    await arrives(
      many((one) => (one === at ? `a${odd}b` : 'plain')),
      `list-${at}`,
    );
    await arrives(
      many((one) => (one === at ? odd : `${one}`)),
      `alone-${at}`,
    );
  }
});

test.each([...hostile.filter((text) => text !== '\ud800'), 'a', 'ab', 'abc', '$1\r\n"'])(
  'a list and a class may be named %j',
  async (name) => {
    await arrives([['a'], ['bc'], ['d']], name, name);
    await arrives([['a'], ['"'], ['d']], `${name}2`, name);
  },
);

test('it is written at once only where nothing is to be escaped', () => {
  const write = (...texts: string[]): string | undefined => {
    const run = encodeRun(
      'node',
      'q',
      'job',
      texts.map((text) => [text]),
    );
    return run && writeRun(Buffer.allocUnsafeSlow(1_000).fill('"\\\n'), '*2', run)?.toString();
  };
  const payload = (text: string): string =>
    `\r\n$${40 + text.length}\r\n{"class":"job","queue":"q","args":["${text}"]}`;
  expect(write('a', 'bc')).toBe(
    `*2${payload('a').replace('$41', '$40')}${payload('bc').replace('$42', '$41')}\r\n`,
  );
  for (const odd of hostile.filter((text) => text !== '\u007f' && text !== '\u2028'))
    expect(write('a', odd)).toBeUndefined();
});

test('a run that is sent again is the same', async () => {
  const run = encodeRun('node', 'q', 'job', [['a'], ['b"']]);
  const command = new RpushCommand('list', run ?? [], undefined);
  const first = Buffer.from(command.toWritable());
  expect(Buffer.from(command.toWritable())).toEqual(first);
  server.redis.sendCommand(command);
  expect(await command.promise).toBe(2);
});
