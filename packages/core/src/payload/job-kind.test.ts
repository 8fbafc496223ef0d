import { expect, test } from 'vitest';
import { encodeJob } from './encode-job.js';
import { kindOf } from './job-kind.js';

test.each(['node', 'ruby'] as const)('what we write in dialect %s is around its args', (dialect) => {
  const payload = encodeJob(dialect, 'a "b"', 'Add', [1, ['x']], 'delayed');
  const kind = kindOf(payload, 'a "b"', 'Add');
  expect(kind?.queue).toBe('a "b"');
  expect(`${kind?.opening}1,["x"]${kind?.closing}`).toBe(payload);
  const empty = encodeJob(dialect, 'a "b"', 'Add', [], 'delayed');
  expect(kindOf(empty, 'a "b"', 'Add')).toEqual(kind);
});

test.each([
  ['members behind the args', '{"class":"Add","queue":"q","args":[1],"id":"x"}'],
  ['spaces', '{"class": "Add", "queue": "q", "args": [1]}'],
  ['another order', '{"queue":"q","class":"Add","args":[1]}'],
  ['args that are no list', '{"class":"Add","queue":"q","args":{"a":[]}}'],
  ['less than what is around the args', '{"class":"Add","queue":"q","args":[}'],
])('%s: of no kind', (_, payload) => {
  expect(kindOf(payload, 'q', 'Add')).toBeUndefined();
});
