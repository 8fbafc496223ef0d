import { Connection } from '@reskue/core';
import { expect, test } from 'vitest';
import { plainKeys, signOf } from './retry-keys.js';

const connection = (namespace: string): Connection =>
  new Connection({ host: '127.0.0.1', port: 1, namespace });

test.each([
  [
    'resque',
    'job',
    ['a', 1, null],
    'resque:resque-retry:job:a-1-null',
    'resque:failure-resque-retry:job:a-1-null',
  ],
  ['resque', 'job', [], 'resque:resque-retry:job', 'resque:failure-resque-retry:job:'],
  ['resque', 'job', ['a b c'], 'resque:resque-retry:job:ab c', 'resque:failure-resque-retry:job:ab c'],
  ['resque', 'my job', ['a'], 'resque:resque-retry:myjob:a', 'resque:failure-resque-retry:myjob:a'],
  ['resque', 'job', [' '], 'resque:resque-retry:job', 'resque:failure-resque-retry:job:'],
  ['a b', 'job', ['x'], 'ab:resque-retry:job:x', 'ab:failure-resque-retry:job:x'],
  ['', 'job', [{ a: 1 }], 'resque-retry:job:{"a":1}', 'failure-resque-retry:job:{"a":1}'],
])('in %j of %s %j', (namespace, func, args, counter, failure) => {
  const here = connection(namespace);
  // Asked twice: what a class's keys have in common is kept.
  for (let call = 0; call < 2; call += 1) {
    const keys = plainKeys(here, func, args);
    expect([keys.counter, keys.failure]).toEqual([counter, failure]);
  }
  expect(signOf(here, func)).toBe(`${here.keys.prefix}retries-apart:${func}`);
});
