import type { Connection, Plugin } from '@reskue/core';
import { encodeArgs, optionInvalid } from '@reskue/core/protocol';

/** What `pluginOptions` of a job may hold under `QueueLock`, and under `JobLock`, too. */
export interface LockOptions {
  /** Seconds after which a lock lapses that nobody released. @default 3600 */
  lockTimeout?: number;
  /** The lock's full key, or a function that gives it, with the plugin as `this`. @default by class, queue and args */
  key?: string | ((this: Plugin) => string);
}

/** What `pluginOptions` of a job may hold under `JobLock`. */
export interface JobLockOptions extends LockOptions {
  /** Milliseconds after which a job is tried again that found its like at work. @default 1001 */
  enqueueTimeout?: number;
  /** `false` drops such a job. @default true */
  reEnqueue?: boolean;
}

/**
 * A positive number of an option; what is falsy counts as left out, as in node-resque.
 * @throws RESKUE_OPTION_INVALID
 */
export function positiveOption(plugin: Plugin, name: string, fallback: number): number {
  const given: unknown = plugin.options[name];
  if (!given) return fallback;
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw optionInvalid(plugin.name, name, given, 'a positive number');
}

/**
 * The key of a plugin's lock: that of its option `key`, or node-resque's, `<kind>:<class>:<queue>:<args>`.
 * @throws RESKUE_OPTION_INVALID, RESKUE_ARGS_NOT_JSON, and what the function throws
 */
export function lockKey(plugin: Plugin, kind: 'lock' | 'workerslock'): string {
  const given: unknown = plugin.options['key'];
  if (!given) {
    return lockFront(plugin, kind) + encodeArgs(plugin.args);
  }
  const key: unknown = typeof given === 'function' ? Reflect.apply(given, plugin, []) : given;
  if (typeof key === 'string' && key !== '') return key;
  throw optionInvalid(plugin.name, 'key', key, 'the name of a key, or a function that gives one');
}

/** What the keys of a class's locks begin with, without the option `key`: the args follow. */
export const lockFront = ({ queueObject, func, queue }: Plugin, kind: 'lock' | 'workerslock'): string =>
  frontOf(queueObject.connection, kind, func, queue);

/** What the keys of a class's locks begin with: jobs of one mostly come together. */
let last: { connection: Connection; kind: string; func: string; queue: string; front: string } | undefined;

export function frontOf(connection: Connection, kind: string, func: string, queue: string): string {
  const isLast =
    last?.func === func && last.queue === queue && last.kind === kind && last.connection === connection;
  if (last && isLast) return last.front;
  const front = `${connection.key(kind, func, queue)}:`;
  last = { connection, kind, func, queue, front };
  return front;
}
