import { hash } from 'node:crypto';
import type { Connection } from '@reskue/core';
import type { PluginNeeds } from '@reskue/core/protocol';
import { rubyJoin } from './ruby-text.js';

/** Where the failures of a job are counted, and where its last one is described. */
export interface RetryKeys {
  counter: string;
  failure: string;
}

const sha1 = (text: string): string => hash('sha1', text);

/** What the keys of a class have in common: jobs of one mostly come together. */
interface ClassKeys {
  readonly prefix: string;
  readonly func: string;
  /** What the counters begin with, where that has no white space. */
  readonly counters: string | undefined;
  /** The same of the last errors. */
  readonly failures: string;
  /** Is there while jobs of the class may have keys of their own. */
  readonly sign: string;
}

let last: ClassKeys | undefined;

function classKeys({ keys: { prefix } }: Connection, func: string): ClassKeys {
  if (last?.func === func && last.prefix === prefix) return last;
  const counters = `${prefix}resque-retry:${func}:`;
  const isQuick = func !== '' && !/\s/.test(counters);
  return (last = {
    prefix,
    func,
    counters: isQuick ? counters : undefined,
    failures: `${prefix}failure-resque-retry:${func}:`,
    sign: `${prefix}retries-apart:${func}`,
  });
}

export const signOf = (connection: Connection, func: string): string => classKeys(connection, func).sign;

/** What a claim is asked of the retries of a class; undefined where its keys are put together otherwise. */
export function retryNeed(connection: Connection, func: string): PluginNeeds['retries'] {
  const { counters, sign } = classKeys(connection, func);
  return counters === undefined ? undefined : { counters, sign };
}

/**
 * node-resque's keys: `resque-retry:<class>:<args joined by ->`, the first white space taken out. Jobs with different
 * args may have the same (`["a-b"]` and `["a","b"]`); then the first that fails has these, and the other one `ownKeys`.
 */
export function plainKeys(connection: Connection, func: string, args: readonly unknown[]): RetryKeys {
  let joined = args.length > 0 ? textOf(args[0]) : '';
  for (let at = 1; at < args.length; at += 1) joined += `-${textOf(args[at])}`;
  const { counters, failures } = classKeys(connection, func);
  // Mostly there is no space.
  if (counters !== undefined && joined !== '' && !/\s/.test(joined))
    return { counter: counters + joined, failure: failures + joined };
  return {
    counter: withoutSpace(connection.key('resque-retry', func, joined)),
    // Unlike the counter's, it keeps its last colon where there are no args.
    failure: withoutSpace(connection.key(`failure-resque-retry:${func}:${joined}`)),
  };
}

const withoutSpace = (key: string): string => key.replace(/\s/, '');

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
