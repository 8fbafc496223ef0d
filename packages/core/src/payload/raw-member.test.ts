import { describe, expect, test } from 'vitest';
import { rawMember } from './raw-member.js';

describe('rawMember', () => {
  test.each([
    [
      '{"failed_at":"x","payload":{"class":"A","args":[1.0,12345678901234567890]},"queue":"q"}',
      '{"class":"A","args":[1.0,12345678901234567890]}',
    ],
    ['{"a":"\\"payload\\":1","payload":"te\\\\xt"}', '"te\\\\xt"'],
    ['{"a":{"payload":1},"payload":null}', 'null'],
    ['{ "payload" : [ "]" , {"}":1} ] , "b" : 2 }', '[ "]" , {"}":1} ]'],
    ['{"payload":-1.0e+20,"b":2}', '-1.0e+20'],
    ['{"payload":1 }', '1'],
    ['{"\\u0070ayload":true}', 'true'],
    ['{"payload":1,"payload":2}', '2'],
  ])('finds the bytes of a member in %s', (text, expected) => {
    expect(rawMember(text, 'payload')).toBe(expected);
  });

  test('a member that only a nested object has is not found', () => {
    expect(rawMember('{"a":{"payload":1}}', 'payload')).toBeNull();
    expect(rawMember('{}', 'payload')).toBeNull();
  });

  test('100,000 levels of nesting are no trouble', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(rawMember(`{"payload":${deep}}`, 'payload')).toBe(deep);
  });
});
