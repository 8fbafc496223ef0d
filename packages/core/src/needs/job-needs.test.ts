import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connection } from '../connection/connection.js';
import { Plugin } from '../plugin/plugin.js';
import { jobNeeds, tellNeeds, tellsNeeds } from './job-needs.js';

class Locking extends Plugin {}
class Retrying extends Plugin {}
class Silent extends Plugin {}
class Derived extends Locking {}
tellNeeds(Locking, ({ options, func, queue }) =>
  options['key']
    ? undefined
    : { lock: { front: `${func}:${queue}:`, ttlMs: Number(options['ms'] ?? 60_000) } },
);
tellNeeds(Retrying, () => ({ retries: { counters: 'c:', sign: 's' } }));

let node: Connection;
beforeAll(() => void (node = new Connection({})));
afterAll(() => node.end());

const needsOf = (plugins: unknown[], pluginOptions = {}, connection = node): ReturnType<typeof jobNeeds> =>
  jobNeeds(connection, { plugins, pluginOptions, perform: () => {} }, 'add', 'q');
const head = '{"class":"add","queue":"q","args":';
const lock = { front: 'add:q:', ttlMs: 60_000 };
const retries = { counters: 'c:', sign: 's' };

describe('what can come along with a claim', () => {
  test.each([
    ['of one plugin', [Locking], { head, lock }],
    ['of two', [Retrying, Locking], { head, lock, retries }],
    ['of those in front of one that tells nothing', [Retrying, Silent, Locking], { head, retries }],
    ['nothing behind such a one', [Silent, Locking], undefined],
    ['nothing of a class that extends one', [Derived], undefined],
    ['nothing of a name that nobody knows', ['Unknown', Locking], undefined],
    ['nothing of what is no plugin', [7, Locking], undefined],
    ['nothing without plugins', [], undefined],
  ])('is %s', (_, plugins, expected) => {
    expect(needsOf(plugins)).toEqual(expected);
  });

  test('depends on the options under the plugin’s name', () => {
    expect(needsOf([Locking], { Locking: { key: 'mine' } })).toBeUndefined();
    // It would lapse so soon that it needs its expiry at once.
    expect(needsOf([Locking], { Locking: { ms: 59_999 } })).toBeUndefined();
    expect(needsOf([Locking, Retrying], { Locking: { ms: 59_999 } })).toEqual({ head, retries });
  });

  test('has the head of the dialect’s payloads', () => {
    const ruby = new Connection({ dialect: 'ruby' });
    expect(needsOf([Locking], {}, ruby)?.head).toBe('{"class":"add","args":');
    ruby.end();
  });
});

test('a plugin tells only if its very class does', () => {
  const of = (Class: typeof Silent): Plugin =>
    new Class(null, 'add', 'q', { class: 'add', queue: 'q', args: [] }, [], {});
  expect([tellsNeeds(of(Locking)), tellsNeeds(of(Derived)), tellsNeeds(of(Silent))]).toEqual([
    true,
    false,
    false,
  ]);
});
