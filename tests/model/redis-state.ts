import { decodeFailure, decodeRecord, rawMember, type Keys } from '@reskue/core/protocol';

/** What a worker has in its hands. Neighbours' records have no lease. */
export interface Held {
  payload: string;
  queue: string;
  lease: string | null;
  claim: number | null;
}

/** The places that a job can be in. */
export interface Places {
  queues: Map<string, string[]>;
  buckets: Map<string, string[]>;
  records: Map<string, Held>;
  /** What processes claimed ahead, by lease and number of the claim. */
  ahead: Map<string, Held>;
  failed: string[];
}

/** Everything that the scripts keep, read in one step. */
export interface RedisState extends Places {
  /** Expiry, ms. */
  leases: Map<string, number>;
  /** Last applied call number by lease and worker id. */
  numbers: Map<string, Map<string, number>>;
  /** The last number claimed ahead, by lease. */
  lastAhead: Map<string, number>;
  workers: Set<string>;
  knownQueues: Set<string>;
  schedule: Set<string>;
  /** Exact due times, ms, by `<second>:<payload>`. */
  due: Map<string, number>;
  /** `[payload, second]` of each marker against duplicates. */
  markers: [string, string][];
  /** SHA-1 of each job that was taken back. */
  recovered: Set<string>;
  /** Who holds a lock, by the lock's key. */
  /** Holders by the names of locks without the prefix. */
  locks: Map<string, string>;
}

/** Reads the whole database; producers' bitmaps are no text and stay out. */
export const readEverything = `
local everything = {}
for _, key in ipairs(redis.call('KEYS', '*')) do
  if not string.find(key, 'producer:', 1, true) then
    local kind = redis.call('TYPE', key).ok
    local value
    if kind == 'string' then value = { redis.call('GET', key) }
    elseif kind == 'list' then value = redis.call('LRANGE', key, 0, -1)
    elseif kind == 'set' then value = redis.call('SMEMBERS', key)
    elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    else value = redis.call('HGETALL', key) end
    everything[#everything + 1] = { key, value }
  end
end
return everything`;

export const nothing = (): RedisState => ({
  queues: new Map(),
  buckets: new Map(),
  records: new Map(),
  ahead: new Map(),
  failed: [],
  leases: new Map(),
  numbers: new Map(),
  lastAhead: new Map(),
  workers: new Set(),
  knownQueues: new Set(),
  schedule: new Set(),
  due: new Map(),
  markers: [],
  recovered: new Set(),
  locks: new Map(),
});

/** Sorts what {@link readEverything} gave by what it is. */
export function decodeState(keys: Keys, everything: [string, string[]][]): RedisState {
  const state = nothing();
  for (const [key, value] of everything) sortIn(state, key.slice(keys.prefix.length), value);
  return state;
}

function sortIn(state: RedisState, key: string, value: string[]): void {
  const [kind = '', ...rest] = key.split(':');
  const name = rest.join(':');
  const [text = ''] = value;
  if (key === 'queues') state.knownQueues = new Set(value);
  else if (key === 'workers') state.workers = new Set(value);
  else if (key === 'failed') state.failed = value;
  else if (key === 'leases') state.leases = scores(value);
  else if (key === 'recovered') state.recovered = new Set(scores(value).keys());
  else if (key === 'due') state.due = scores(value);
  else if (key === 'delayed_queue_schedule') state.schedule = new Set(scores(value).keys());
  else if (kind === 'queue') state.queues.set(name, value);
  else if (kind === 'delayed') state.buckets.set(name, value);
  else if (kind === 'timestamps') for (const member of value) state.markers.push([name, member.slice(8)]);
  else if (kind === 'lock') state.locks.set(key, text.slice(text.indexOf('.') + 1));
  else if (kind === 'worker' && !name.startsWith('ping:') && !name.endsWith(':started'))
    state.records.set(name, held(text));
  else if (kind === 'lease' && name.endsWith(':ahead')) sortAhead(state, name.slice(0, -6), value);
  else if (kind === 'lease' && !/:(locks|wake)$/.test(name)) state.numbers.set(name, scores(value));
}

function sortAhead(state: RedisState, lease: string, flat: string[]): void {
  for (let at = 0; at < flat.length; at += 2) {
    const [field = '', text = ''] = flat.slice(at, at + 2);
    if (field === 'last') state.lastAhead.set(lease, Number(text));
    else state.ahead.set(`${lease} ${field}`, held(text));
  }
}

/** Pairs of a name and a number; a lease's terms are none and drop out. */
function scores(flat: string[]): Map<string, number> {
  const map = new Map<string, number>();
  for (let at = 0; at < flat.length; at += 2) {
    const score = Number(flat[at + 1]);
    if (!Number.isNaN(score)) map.set(flat[at]!, score);
  }
  return map;
}

function held(text: string): Held {
  const record = decodeRecord(text);
  if (!record) throw new Error(`a record that cannot be read: ${text}`);
  const { payload, queue, lease, claim } = record;
  return { payload, queue, lease, claim };
}

/** The job in an entry of `failed`, byte for byte; one that is no JSON stands there as a JSON string. */
export function payloadOfEntry(entry: string, isKnown: (payload: string) => boolean): string {
  if (!decodeFailure(entry).ok) throw new Error(`an entry that cannot be read: ${entry}`);
  const raw = rawMember(entry, 'payload') ?? '';
  return isKnown(raw) ? raw : String(JSON.parse(raw));
}

/** Every occurrence of a job, and where. */
export function everyPlace(places: Places, isKnown: (payload: string) => boolean): [string, string][] {
  const found: [string, string][] = [];
  for (const [queue, list] of places.queues)
    for (const payload of list) found.push([payload, `queue ${queue}`]);
  for (const [second, list] of places.buckets)
    for (const payload of list) found.push([payload, `bucket ${second}`]);
  for (const [worker, { payload }] of places.records) found.push([payload, `hands of ${worker}`]);
  for (const [claim, { payload }] of places.ahead) found.push([payload, `claimed ahead as ${claim}`]);
  for (const entry of places.failed) found.push([payloadOfEntry(entry, isKnown), 'failed']);
  return found;
}

export const copyPlaces = ({ queues, buckets, records, ahead, failed }: Places): Places => ({
  queues: new Map([...queues].map(([name, list]) => [name, [...list]])),
  buckets: new Map([...buckets].map(([name, list]) => [name, [...list]])),
  records: new Map(records),
  ahead: new Map(ahead),
  failed: [...failed],
});

/** One text for equal places; empty lists do not exist in Redis. */
export const placesText = ({ queues, buckets, records, ahead, failed }: Places): string =>
  JSON.stringify([sorted(queues), sorted(buckets), sorted(records), sorted(ahead), failed]);

const sorted = (map: Map<string, string[] | Held>): [string, string[] | Held][] =>
  [...map]
    .filter(([, value]) => !Array.isArray(value) || value.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1));
