import { hash } from 'node:crypto';
import type { Connection } from '@reskue/core';
import { rubyJoin } from './ruby-text.js';

/** Where the failures of a job are counted, and where its last one is described. */
export interface RetryKeys {
  counter: string;
  failure: string;
}

const sha1 = (text: string): string => hash('sha1', text);

/**
 * node-resque's keys: `resque-retry:<class>:<args joined by ->`, the first white space taken out. Jobs with different
 * args may have the same (`["a-b"]` and `["a","b"]`); then the first that fails has these, and the other one `ownKeys`.
 */
export function plainKeys(connection: Connection, func: string, args: readonly unknown[]): RetryKeys {
  let joined = '';
  for (let at = 0; at < args.length; at += 1) joined += at === 0 ? textOf(args[at]) : `-${textOf(args[at])}`;
  if (func.trim() !== '' && joined.trim() !== '') {
    const name = `resque-retry:${func}:${joined}`;
    const { prefix } = connection.keys;
    // Mostly there is no space.
    if (!/\s/.test(name) && !/\s/.test(prefix))
      return { counter: prefix + name, failure: `${prefix}failure-${name}` };
  }
  return {
    counter: withoutSpace(connection.key('resque-retry', func, joined)),
    // Unlike the counter's, it keeps its last colon where there are no args.
    failure: withoutSpace(connection.key(`failure-resque-retry:${func}:${joined}`)),
  };
}

const withoutSpace = (key: string): string => key.replace(/\s/, '');

/** The last sign: jobs of one class mostly come together. */
let lastSign = { prefix: '', func: '', sign: '' };

/** Is there while jobs of a class may have keys of their own. */
export function signOf({ keys: { prefix } }: Connection, func: string): string {
  if (lastSign.sign === '' || lastSign.func !== func || lastSign.prefix !== prefix)
    lastSign = { prefix, func, sign: `${prefix}retries-apart:${func}` };
  return lastSign.sign;
}

// What came out of JSON is its own JSON, but for texts; undefined leaves nothing between its hyphens.
const textOf = (arg: unknown): string =>
  typeof arg === 'string' ? arg : arg === undefined ? '' : JSON.stringify(arg);

/** Keys that no other args have: the plain ones, and the SHA-1 of the args' JSON. */
export function ownKeys({ counter, failure }: RetryKeys, argsText: string): RetryKeys {
  const suffix = sha1(argsText);
  return { counter: `${counter}:${suffix}`, failure: `${failure}:${suffix}` };
}

/** resque-retry's keys: `resque-retry:<class>:<SHA-1 of the joined args>`, without the last part where that text is empty. */
export function rubyKeys(connection: Connection, func: string, argsText: string): RetryKeys {
  const joined = rubyJoin(argsText);
  const identifier = joined === '' ? '' : sha1(joined);
  return {
    counter: connection.key('resque-retry', func, identifier).replace(/\s/g, ''),
    failure: connection.key('failure-resque-retry', func, identifier).replace(/\s/g, ''),
  };
}
