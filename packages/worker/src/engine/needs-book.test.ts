import { Connection, Plugin } from '@reskue/core';
import { tellNeeds, type Job } from '@reskue/core/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NeedsBook } from './needs-book.js';

class Locking extends Plugin {}
class Retrying extends Plugin {}
tellNeeds(Locking, ({ options }) => ({ lock: { front: 'l:', ttlMs: Number(options['ms'] ?? 60_000) } }));
tellNeeds(Retrying, () => ({ retries: { counters: 'c:', sign: 's' } }));

let connection: Connection;
beforeAll(() => void (connection = new Connection({})));
afterAll(() => connection.end());

const job = (plugins?: unknown[], ms = 60_000): Job => ({
  ...(plugins && { plugins, pluginOptions: { Locking: { ms } } }),
  perform: () => {},
});
const heads = (book: NeedsBook): (string | undefined)[] =>
  book.needs.map(({ head }) => /"class":"(\w+)","queue":"(\w+)"/.exec(head)?.slice(1).join(' '));

test('classes are known by their definition, their name and their queue, once each', () => {
  const book = new NeedsBook();
  const [one, none] = [job([Locking]), job()];
  for (let round = 0; round < 2; round += 1) {
    book.learn(connection, none, 'plain', 'q');
    book.learn(connection, one, 'a', 'q');
    book.learn(connection, one, 'a', 'other');
  }
  expect(heads(book)).toEqual(['a q', 'a other']);
});

test('the last four are kept', () => {
  const book = new NeedsBook();
  const one = job([Locking]);
  for (const name of ['a', 'b', 'c', 'd', 'e']) book.learn(connection, one, name, 'q');
  expect(heads(book).sort()).toEqual(['b q', 'c q', 'd q', 'e q']);
  book.learn(connection, one, 'a', 'q');
  expect(heads(book).sort()).toEqual(['a q', 'c q', 'd q', 'e q']);
});

test('all locks of a call last as long: those that last otherwise do not come along', () => {
  const book = new NeedsBook();
  book.learn(connection, job([Locking]), 'a', 'q');
  book.learn(connection, job([Locking], 90_000), 'b', 'q');
  book.learn(connection, job([Retrying, Locking], 90_000), 'c', 'q');
  book.learn(connection, job([Retrying, Locking]), 'd', 'q');
  expect(book.needs.map(({ lock, retries }) => [lock?.ttlMs, retries !== undefined])).toEqual([
    [60_000, false],
    [undefined, true],
    [60_000, true],
  ]);
});
