import { expect, test } from 'vitest';
import { addMembers, membersOf, withoutMembers } from './payload-members.js';

const node = '{"class":"A","queue":"q","args":[1,{"x":"]}"}]}';
const ruby = '{"class":"A","args":["\\"}"],"queue":"q\\"},"}';

test.each([node, ruby, '{"class":"A","args":[]}'])('members stand at the end of %s', (payload) => {
  const written = addMembers(payload, { enqueued_at: 1732, traceparent: '00-a"b', sampled: false });
  expect(written).toBe(
    `${payload.slice(0, -1)},"enqueued_at":1732,"traceparent":"00-a\\"b","sampled":false}`,
  );
  expect(membersOf(written)).toEqual({ enqueued_at: 1732, traceparent: '00-a"b', sampled: false });
  expect(withoutMembers(written)).toBe(payload);
});

test.each([node, ruby, '{"class":"A","args":[]}'])('%s without members stays as it is', (payload) => {
  expect(addMembers(payload, undefined)).toBe(payload);
  expect(addMembers(payload, {})).toBe(payload);
  expect(withoutMembers(payload)).toBe(payload);
  expect(membersOf(payload)).toEqual({});
});

test.each(['class', 'queue', 'args'])('a member called %s is refused', (name) => {
  expect(() => addMembers(node, { [name]: 'x' })).toThrow(
    expect.objectContaining({ code: 'RESKUE_MEMBER_INVALID' }),
  );
});

test.each([[Number.NaN], [null], [undefined], [{}], [[]], [1n]])(
  'a member that is %s is refused',
  (value) => {
    // As JavaScript may give it.
    const members = { m: value } as unknown as Parameters<typeof addMembers>[1];
    expect(() => addMembers(node, members)).toThrow(/Payload member "m": expected a text, a finite number/);
  },
);

test.each([
  '',
  'no JSON',
  '[1,"x"]',
  '"text"',
  '{',
  '{"',
  '{"class"',
  '{"class":"A","x',
  '{"class":"A","\\',
  '{"id":1,"class":"A","args":[]} ',
  '{"class":"A","id":"7","args":"x"}',
  '{"id":"x"}',
])('in %s, of whoever, nothing is taken for members', (text) => {
  expect(withoutMembers(text)).toBe(text);
  expect(membersOf(text)).toEqual({});
});

test('members of a stranger may hold anything, with spaces where JSON allows them', () => {
  const text = '{ "class": "A", "args": [ 1 ] , "meta": { "a": [1.0] } , "id": "7" }';
  expect(withoutMembers(text)).toBe('{ "class": "A", "args": [ 1 ]}');
  expect(membersOf(text)).toEqual({ meta: { a: [1] }, id: '7' });
});
