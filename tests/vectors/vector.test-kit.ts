import { readdirSync, readFileSync } from 'node:fs';
import type { TestServer } from '@reskue/testkit';

/** A key of a dump: its type, its time to live in seconds (null: none), its value. */
export interface Entry {
  type: string;
  ttl_s: number | null;
  value: unknown;
}
export type Dump = Record<string, Entry>;

/** What one of the neighbours did, what it left in Redis, and the same with masks for what varies. */
export interface Side {
  calls: string[];
  dump: Dump;
  template: Dump;
}

export interface Vector {
  /** Such as `12-worker_busy`. */
  name: string;
  scenario: string;
  note: string;
  ruby: Side | null;
  node: Side | null;
}

const folder = new URL('./data/', import.meta.url);

/** All vectors, by their numbers. */
export const vectors: Vector[] = readdirSync(folder)
  .sort()
  .map((file) => ({
    name: file.replace('.json', ''),
    // Written by whoever recorded the neighbours, in this shape.
    ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<Vector, 'name'>),
  }));

/** Everything that is in Redis. */
export async function dumpOf(redis: TestServer['redis']): Promise<Dump> {
  const dump: Dump = {};
  for (const key of (await redis.keys('*')).sort()) {
    const type = await redis.type(key);
    const ttl = await redis.ttl(key);
    dump[key] = { type, ttl_s: ttl < 0 ? null : ttl, value: await valueOf(redis, key, type) };
  }
  return dump;
}

async function valueOf(redis: TestServer['redis'], key: string, type: string): Promise<unknown> {
  switch (type) {
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return (await redis.smembers(key)).sort();
    case 'hash':
      return redis.hgetall(key);
    case 'zset': {
      const flat = await redis.zrangebyscore(key, '-inf', '+inf', 'WITHSCORES');
      return flat.flatMap((member, at) => (at % 2 === 0 ? [{ member, score: flat[at + 1] }] : []));
    }
    default:
      return redis.get(key);
  }
}

/** Fills Redis with a dump. */
export async function load(redis: TestServer['redis'], dump: Dump): Promise<void> {
  for (const [key, { type, ttl_s: ttl, value }] of Object.entries(dump)) {
    // The dumps hold of each type what dumpOf gives.
    if (type === 'list') await redis.rpush(key, ...(value as string[]));
    else if (type === 'set') await redis.sadd(key, ...(value as string[]));
    else if (type === 'hash') await redis.hset(key, value as Record<string, string>);
    else if (type === 'zset')
      for (const { member, score } of value as { member: string; score: string }[])
        await redis.zadd(key, score, member);
    else await redis.set(key, value as string);
    if (ttl !== null) await redis.expire(key, ttl);
  }
}

/** Host and process id that replays use, and the masks for them. */
export const host = 'rig-host';
export const pid = '31337';

const masks: [RegExp, string][] = [
  [/"backtrace":\[(?!"killed by).*?\](?=,"(?:worker|failed_at|queue)")/g, '"backtrace":<BACKTRACE>'],
  [/killed by \S+ at/g, 'killed by <HOST> at'],
  [/\w{3} \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \([^)]*\)/g, '<NOW Date#toString>'],
  [/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d UTC/g, '<NOW %Y/%m/%d %H:%M:%S %Z>'],
  [/\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d/g, '<NOW %Y/%m/%d %H:%M:%S>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '<NOW iso8601 Z>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00/g, '<NOW iso8601 +hh:mm>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000/g, '<NOW %Y-%m-%d %H:%M:%S %z>'],
  [new RegExp(host, 'g'), '<HOST>'],
  [new RegExp(pid, 'g'), '<PID>'],
  [/<FQDN>/g, '<HOST>'],
];

/** Epoch seconds about now; the times that scenarios name themselves stay. */
const epochs = (text: string): string =>
  text.replace(/\b\d{10}\b/g, (digits) =>
    Math.abs(Number(digits) - Date.now() / 1000) < 7_200 ? '<EPOCH>' : digits,
  );

/** Puts masks over host, process, times and stacks; of a template over what it left open. */
export function masked(dump: Dump): Dump {
  const text = (raw: string): string =>
    epochs(masks.reduce((rest, [pattern, mask]) => rest.replace(pattern, mask), raw));
  const value = (raw: unknown): unknown => {
    if (typeof raw === 'string') return text(raw);
    if (Array.isArray(raw)) return raw.map(value);
    if (typeof raw !== 'object' || raw === null) return raw;
    return Object.fromEntries(Object.entries(raw).map(([key, member]) => [text(key), value(member)]));
  };
  return Object.fromEntries(
    Object.entries(dump).map(([key, entry]) => [text(key), { ...entry, value: value(entry.value) }]),
  );
}

/** One difference of a dump from what a neighbour leaves. */
export interface Difference {
  kind: 'only ours' | 'only theirs' | 'value' | 'ttl';
  key: string;
  ours?: Entry | undefined;
  theirs?: Entry | undefined;
}

/** Both masked. A time to live counts as equal within five seconds. */
export function differences(ours: Dump, theirs: Dump): Difference[] {
  const found: Difference[] = [];
  for (const key of [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].sort()) {
    const [one, other] = [ours[key], theirs[key]];
    if (!one || !other)
      found.push({ kind: one ? 'only ours' : 'only theirs', key, ours: one, theirs: other });
    else if (JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other)))
      found.push({ kind: 'value', key, ours: one, theirs: other });
    else if (Math.abs((one.ttl_s ?? -100) - (other.ttl_s ?? -100)) > 5)
      found.push({ kind: 'ttl', key, ours: one, theirs: other });
  }
  return found;
}

/** Sets and hashes have no order. */
const sorted = ({ type, value }: Entry): unknown => [
  type,
  type === 'set' && Array.isArray(value)
    ? [...(value as string[])].sort()
    : type === 'hash'
      ? Object.entries(value as object).sort()
      : value,
];
