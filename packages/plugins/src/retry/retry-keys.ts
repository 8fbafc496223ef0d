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
  return {
    counter: withoutSpace(connection.key('resque-retry', func, joined)),
    // Unlike the counter's, it keeps its last colon where there are no args.
    failure: withoutSpace(connection.key(`failure-resque-retry:${func}:${joined}`)),
  };
}

/** Mostly there is none. */
const withoutSpace = (key: string): string => (/\s/.test(key) ? key.replace(/\s/, '') : key);

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
