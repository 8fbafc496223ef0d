import { expect, test } from 'vitest';
import { decodeRecord } from './worker-record.js';

test('our own record is read by its head, whatever the payload is', () => {
  const head = '{"queue":"a \\"q\\"","run_at":"now","worker":"h:1","lease":"h:1:x","claim":7,"payload":';
  expect(decodeRecord(`${head}no json, ,"payload":}`)).toEqual({
    queue: 'a "q"',
    worker: 'h:1',
    lease: 'h:1:x',
    claim: 7,
    runAt: 'now',
    payload: 'no json, ,"payload":',
  });
});

test("Ruby's and node-resque's records are read with the payload's bytes kept", () => {
  const ruby =
    '{"queue":"rig","run_at":"2026-11-22T08:19:54Z","payload":{"class":"Slow","args":[1.0,9007199254740993]}}';
  expect(decodeRecord(ruby)).toMatchObject({
    queue: 'rig',
    worker: null,
    lease: null,
    payload: '{"class":"Slow","args":[1.0,9007199254740993]}',
  });
  const node =
    '{"worker":"h:1","payload":{"class":"Slow","queue":"rig","args":{}},"run_at":"Sun","queue":"rig"}';
  expect(decodeRecord(node)).toMatchObject({
    queue: 'rig',
    worker: 'h:1',
    payload: '{"class":"Slow","queue":"rig","args":{}}',
  });
});

test.each(['', 'text', '[]', 'null', '{}', '{"queue":1,"payload":{}}'])('%j is no record', (text) => {
  expect(decodeRecord(text)).toBeNull();
});
