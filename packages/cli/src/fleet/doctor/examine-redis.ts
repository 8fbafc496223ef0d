import type { Connection } from '@reskue/core/protocol';
import { redisTime } from '../read-workers.js';
import { fault, ok, warning, type Finding } from './finding.js';

const PINGS = 20;

/** The server: its version, and whether it may lose jobs or is slow. */
export async function examineRedis(connection: Connection): Promise<Finding[]> {
  const info = await connection.client.info().catch(() => '');
  const read = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
  return [
    version(read('redis_version')),
    eviction(Number(read('maxmemory')), read('maxmemory_policy')),
    memory(Number(read('used_memory')), Number(read('maxmemory'))),
    await persistence(connection, read),
    await latency(connection),
    await clock(connection),
  ];
}

function version(text: string): Finding {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  if (text === '') return warning('version', 'the server does not tell', 'let this user call INFO');
  if (major > 6 || (major === 6 && minor >= 2)) return ok('version', `Redis ${text}`);
  return fault('version', `Redis ${text}`, 'upgrade to Redis 6.2 or newer, or to Valkey');
}

function eviction(limit: number, policy: string): Finding {
  if (policy === 'noeviction') return ok('eviction', policy);
  const remedy = 'CONFIG SET maxmemory-policy noeviction, and the same in redis.conf';
  if (limit > 0)
    return fault('eviction', `${policy} with a limit of ${limit} bytes: a full Redis deletes jobs`, remedy);
  return warning('eviction', `${policy || 'unknown'}, and no limit is set`, remedy);
}

function memory(used: number, limit: number): Finding {
  if (limit === 0) return ok('memory', `${megabytes(used)} MB in use, no limit`);
  const percent = Math.round((used * 100) / limit);
  const detail = `${megabytes(used)} of ${megabytes(limit)} MB in use (${percent} %)`;
  if (percent < 90) return ok('memory', detail);
  return fault('memory', detail, 'raise maxmemory, or drain queues and the failed list');
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

async function persistence(connection: Connection, read: (name: string) => string): Promise<Finding> {
  if (read('aof_last_write_status') === 'err' || read('rdb_last_bgsave_status') === 'err') {
    return fault(
      'persistence',
      'the last write to the disk failed',
      "look into Redis's log; is the disk full?",
    );
  }
  if (read('aof_enabled') === '1') return ok('persistence', 'append-only file');
  const config = await connection.client.config('GET', 'save').catch(() => undefined);
  const save = Array.isArray(config) ? (config[1] ?? '') : undefined;
  const remedy = 'CONFIG SET appendonly yes, and the same in redis.conf';
  if (save === '') return warning('persistence', 'none: a restart of Redis loses all jobs', remedy);
  return warning('persistence', 'snapshots only: a crash loses the jobs of some minutes', remedy);
}

async function latency({ client }: Connection): Promise<Finding> {
  const times: number[] = [];
  for (let round = 0; round < PINGS; round += 1) {
    const before = performance.now();
    await client.ping();
    times.push(performance.now() - before);
  }
  times.sort((one, other) => one - other);
  const [median = 0, longest = 0] = [times[PINGS / 2], times.at(-1)];
  const detail = `${median.toFixed(1)} ms, ${longest.toFixed(1)} ms at most`;
  if (median < 20) return ok('latency', detail);
  return warning('latency', detail, 'bring workers and Redis closer together; look at SLOWLOG GET');
}

async function clock(connection: Connection): Promise<Finding> {
  const before = Date.now();
  const theirs = await redisTime(connection);
  const skewMs = theirs - (before + Date.now()) / 2;
  const detail = `${Math.round(Math.abs(skewMs))} ms ${skewMs >= 0 ? 'ahead of' : 'behind'} this machine`;
  if (Math.abs(skewMs) < 1_000) return ok('clock', detail);
  const remedy = 'let NTP set both clocks: delayed jobs and locks depend on them';
  return Math.abs(skewMs) < 10_000 ? warning('clock', detail, remedy) : fault('clock', detail, remedy);
}
