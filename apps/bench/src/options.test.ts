import { expect, test } from 'vitest';
import { readOptions } from './options.mjs';
import { defaultPeers } from './run/find-contenders.mjs';

test('a run is short, of all rows and all contenders, unless told otherwise', () => {
  expect(readOptions([])).toMatchObject({ length: 'short', only: undefined, peers: defaultPeers });
  expect(readOptions(['--full'])).toMatchObject({ length: 'full', plan: { rounds: 5 } });
});

test('names are lists, and rounds and seconds replace those of the length', () => {
  const options = readOptions([
    '--only',
    'work,enqueue-1',
    '--peers',
    'raw',
    '--rounds',
    '7',
    '--seconds',
    '2',
  ]);
  expect(options).toMatchObject({
    only: ['work', 'enqueue-1'],
    peers: ['raw'],
    plan: { rounds: 7, roundsOnce: 7, effort: { seconds: 2 } },
  });
});

test('what makes no sense is refused with its name', () => {
  expect(() => readOptions(['--rounds', 'many'])).toThrow('--rounds: expected a number above 0, got many');
  expect(() => readOptions(['--fast'])).toThrow('--fast');
});
