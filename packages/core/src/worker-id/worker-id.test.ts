import { expect, test } from 'vitest';
import { parseWorkerId, splitQueues, workerId, type KnownWorkers } from './worker-id.js';

test('an id is made of name and queues', () => {
  expect(workerId('host:1', ['a', 'b'])).toBe('host:1:a,b');
  expect(workerId('host:1', ['*'])).toBe('host:1:*');
  expect(workerId('host:1', [])).toBe('host:1:*');
});

const ids: [string, KnownWorkers, string, string | null][] = [
  ['host:123:a,b', {}, 'host:123', 'a,b'],
  ['host:123:*', {}, 'host:123', '*'],
  ['host:123+4:a', {}, 'host:123+4', 'a'],
  ['host:123:mail:out,b', {}, 'host:123', 'mail:out,b'],
  ['worker1:q', {}, 'worker1', 'q'],
  ['worker1:mail:out', {}, 'worker1:mail', 'out'],
  ['worker1:mail:out', { names: ['worker1'] }, 'worker1', 'mail:out'],
  ['worker1:mail:out', { queues: ['mail:out', 'x'] }, 'worker1', 'mail:out'],
  ['worker1:x,mail:out', { queues: ['mail:out', 'x'] }, 'worker1', 'x,mail:out'],
  ['my:own:name:q', { names: ['my:own:name', 'my'] }, 'my:own:name', 'q'],
  ['my:own:name:q', { queues: ['q'] }, 'my:own:name', 'q'],
  ['host:123:', {}, 'host:123', ''],
  ['alone', {}, 'alone', null],
];
test.each(ids)('%s, knowing %j', (id, known, name, queues) => {
  expect(parseWorkerId(id, known)).toEqual({ name, queues });
});

test('queues are split at commas, save for known names that hold one', () => {
  expect(splitQueues('a,b')).toEqual(['a', 'b']);
  expect(splitQueues('a,b,c', ['b,c', 'a'])).toEqual(['a', 'b,c']);
  expect(splitQueues('a,b,c', ['a,b,c', 'a,b'])).toEqual(['a,b,c']);
  expect(splitQueues('*')).toEqual(['*']);
});
