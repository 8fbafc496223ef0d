import { describe, expect, test } from 'vitest';
import { decodeBytes } from './decode-bytes.js';
import { decodeJob } from './decode-job.js';

const long = 'x'.repeat(5_000);

/** What is left of a decoded payload when its text is. */
function plainly(text: string): unknown {
  const decoded = decodeJob(text, 'from');
  return decoded.ok ? { ok: true, job: decoded.job } : { ok: false, reason: decoded.reason };
}
function byBytes(bytes: Buffer): unknown {
  const decoded = decodeBytes(bytes, 'from');
  return decoded.ok ? { ok: true, job: decoded.job } : { ok: false, reason: decoded.reason };
}
const wrapped = (args: string, rest = ''): string => `{"class":"c","queue":"q","args":[${args}]${rest}}`;

const texts: [what: string, text: string][] = [
  ['a long text', wrapped(`"${long}"`)],
  ['two of them', wrapped(`"${long}",1,"${long}y"`)],
  ['one deep within', wrapped(`{"a":[{"b":"${long}"}],"c":"d"}`)],
  ['one as a key', wrapped(`{"${long}":1}`)],
  ['one as the key __proto__ has it', wrapped(`{"__proto__":"${long}"}`)],
  ['one as the class', `{"class":"${long}","args":[]}`],
  ['one in the place of the args', `{"class":"c","args":"${long}"}`],
  ['one behind the args', wrapped('1', `,"note":"${long}"`)],
  ['one that a second member hides', wrapped(`{"a":"${long}","a":1}`)],
  ['one behind an escape', wrapped(`"\\"${long}"`)],
  ['one with an escape', wrapped(`"${long}\\n"`)],
  ['one that is not ended', `{"class":"c","args":["${long}`],
  ['one that ends in an escape', wrapped(`"${long}\\"`)],
  ['one with a character of another alphabet', wrapped(`"${long}ü${long}"`)],
  ['one with half a character', wrapped(`"${long}\\ud800"`)],
  ['one with DEL', wrapped(`"${long}\u007f"`)],
  ['long numbers between texts', wrapped(`"a",${'1,'.repeat(4_000)}"b"`)],
  ['much space between texts', wrapped(`"a",${' '.repeat(9_000)}"b"`)],
  ['much space, and nothing else, between texts', wrapped(`"a"${' '.repeat(9_000)}"b"`)],
  ['many short texts', wrapped(Array.from({ length: 2_000 }, (_, at) => `"${at}"`).join())],
  ['a long text behind many short ones', wrapped([...Array<string>(40).fill('"a"'), `"${long}"`].join())],
  ['a long text before a long rest', wrapped(`"${long}",${'1,'.repeat(9_000)}1`)],
  ['no object', `"${long}"`],
  ['no class', `{"args":["${long}"]}`],
  ['no queue', `{"class":"c","args":["${long}"]}`],
  ['no JSON', `{"class":"c","args":["${long}"}`],
  ['text around it', `x${wrapped(`"${long}"`)}`],
  ['nothing', ''],
];

describe('is what the decoding of its text is, with', () => {
  test.each(texts)('%s', (_, text) => {
    // However the bytes lie in memory.
    for (let shift = 0; shift < 5; shift += 1) {
      const bytes = Buffer.from(' '.repeat(shift) + text).subarray(shift);
      expect(byBytes(bytes)).toEqual(plainly(text));
    }
  });

  test('a character that JSON would escape, or a byte that is no UTF-8, wherever it stands', () => {
    for (const odd of [0x00, 0x1f, 0x0a, 0x22, 0x5c, 0x80, 0x9f, 0xa0, 0xff])
      for (let at = 0; at < 40; at += 1)
        for (const from of [0, long.length - 40, 2_500]) {
          const bytes = Buffer.from(wrapped(`"${long}"`));
          bytes[bytes.indexOf('"x') + 1 + from + at] = odd;
          expect(byBytes(bytes)).toEqual(plainly(bytes.toString()));
        }
  });
});

test('a long text is its own, and none of the payload', () => {
  const bytes = Buffer.from(wrapped(`"${long}",{"b":"${long}z"}`));
  const decoded = decodeBytes(bytes, 'q');
  bytes.fill(0x30);
  expect(decoded).toMatchObject({ ok: true, job: { args: [long, { b: `${long}z` }] } });
});
