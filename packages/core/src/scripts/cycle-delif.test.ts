import { beforeEach, expect, test } from 'vitest';
import { succeeded, type Outcome } from './outcome.js';
import { scriptBench, settlements } from './script-bench.test-kit.js';

const bench = scriptBench();
const { keys } = bench;
const delif = (texts: string[], ...names: string[]): Outcome =>
  succeeded([{ command: 'delif', keys: names, args: texts }]);

beforeEach(async () => {
  await bench.register('L', ['h:1:q']);
  await bench.enqueue('q', '{"class":"add","args":[]}');
  await bench.cycle('L', [{ number: 1 }], ['q']);
  await bench.server.redis.mset('a', 'value of mine', 'b', 'mine too');
});

const settle = async (outcome: Outcome): Promise<string[]> =>
  settlements(await bench.cycle('L', [{ number: 2, wants: false, outcome }]));

test.each([
  ['each holds its text', ['of mine', 'mine'], 0],
  ['one is not there', ['', 'mine', 'anything'], 0],
  ['one holds another text', ['of mine', 'yours'], 2],
])('delif, when %s', async (_, texts, left) => {
  expect(await settle(delif(texts, ...['a', 'b', 'absent'].slice(0, texts.length)))).toEqual(['settled']);
  expect(await bench.server.redis.exists('a', 'b')).toBe(left);
});

test('delif leaves a key of another type alone, and refuses nothing', async () => {
  await bench.server.redis.del('b');
  await bench.server.redis.rpush('b', 'mine');
  expect(await settle(delif(['', 'mine'], 'a', 'b'))).toEqual(['settled']);
  expect(await bench.server.redis.exists('a', 'b')).toBe(2);
});

test('a job that somebody took away gives back what it held, and does nothing else', async () => {
  await bench.server.redis.srem(keys.workers, 'h:1:q');
  const [command] = delif(['mine'], 'a').commands;
  const others = [
    { command: 'set', keys: ['other'], args: ['1'] },
    { command: 'rpush', keys: [keys.failed], args: ['1'] },
  ];
  expect(await settle(succeeded([...others, command!]))).toEqual(['lost']);
  expect(await bench.server.redis.exists('a')).toBe(0);
  expect(await bench.server.redis.exists('other', keys.failed)).toBe(0);
});
