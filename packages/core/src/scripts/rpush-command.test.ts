import { redisServer } from '@reskue/testkit';
import { expect, test } from 'vitest';
import { LongPayload, type Payload } from '../payload/long-payload.js';
import { RpushCommand } from './rpush-command.js';
import { sendTransaction } from './send-transaction.js';

const server = redisServer();
const push = (payloads: Payload[], list = 'list'): Promise<unknown> => {
  const command = new RpushCommand(list, payloads, undefined);
  server.redis.sendCommand(command);
  return command.promise;
};

test.each([
  ['one', ['a']],
  ['none of which has a character', ['', '', '']],
  ['of every kind of character', ['ascii', 'é', 'ÿ\u0000\r\n', '日本', '😀', '']],
  ['many small ones, some of them not ASCII', numbered(3_000, (at) => (at % 500 === 7 ? `é${at}` : `${at}`))],
  ['big ones', ['x'.repeat(100_000), 'é'.repeat(50_000), '😀'.repeat(30_000), 'y'.repeat(4_096)]],
])('payloads arrive byte for byte: %s', async (_, payloads) => {
  expect(await push(payloads)).toBe(payloads.length);
  expect(await server.redis.lrange('list', 0, -1)).toEqual(payloads);
});

test.each(['é', '日', '😀', 'éa', 'aé', '日a', 'a日bc', '😀abc'])(
  'a last payload ends as it should: %s',
  async (text) => {
    const payloads = [...numbered(200, () => 'x'.repeat(100)), text];
    expect(await push(payloads)).toBe(201);
    expect(await server.redis.lrange('list', 0, -1)).toEqual(payloads);
  },
);

const long = (args: string, around = '') => new LongPayload(`[${around}`, args, `${around}]`);

test.each([
  ['one', [long('x'.repeat(70_000))]],
  ['one of each kind of character', ['x', 'é', '日', '😀'].map((char) => long(char.repeat(20_000)))],
  [
    'one with other characters around it',
    [long('x'.repeat(70_000), 'é'), 'a', long('日'.repeat(5_000), '😀')],
  ],
  [
    'some between short ones, not all of ASCII',
    numbered(500, (at) => `${at}`).flatMap((text) => [text, `é${text}`, long('é'.repeat(4_000)), long('x')]),
  ],
  ['some between short ones of ASCII', numbered(500, (at) => `${at}`).flatMap((text) => [text, long(text)])],
  ['an empty one', ['', long(''), '']],
])('long payloads arrive byte for byte: %s', async (_, payloads: Payload[]) => {
  expect(await push(payloads)).toBe(payloads.length);
  expect(await server.redis.lrange('list', 0, -1)).toEqual(payloads.map(String));
});

test('half a character in a long payload arrives as Node writes it anywhere', async () => {
  await push([long('a\ud800b'), 'c']);
  await server.redis.rpush('list', '[a\ud800b]', 'c');
  const [one, next, other, last] = await server.redis.lrangeBuffer('list', 0, -1);
  expect([one, next]).toEqual([other, last]);
});

test('half a character arrives as Node writes it anywhere', async () => {
  await push(['a\ud800b']);
  await server.redis.rpush('list', 'a\ud800b');
  const [one, other] = await server.redis.lrangeBuffer('list', 0, -1);
  expect(one).toEqual(other);
});

test('a list may have any name, and the prefix of its client', async () => {
  await push(['a'], 'größe');
  expect(await server.redis.lrange('größe', 0, -1)).toEqual(['a']);
  const client = server.client({ keyPrefix: 'p:' });
  expect(await sendTransaction(client, [new RpushCommand('list', ['a'], 'p:')])).toEqual([1]);
  expect(await server.redis.lrange('p:list', 0, -1)).toEqual(['a']);
});

test('it is refused like any other', async () => {
  await server.redis.set('list', 'no list');
  await expect(push(['a'])).rejects.toThrow('WRONGTYPE');
});

function numbered(count: number, text: (at: number) => string): string[] {
  return Array.from({ length: count }, (_, at) => text(at));
}
