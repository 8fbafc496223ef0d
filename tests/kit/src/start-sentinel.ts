import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRedis, startRedis, type RedisServer } from '@reskue/redis-server';
import { Redis } from 'ioredis';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** A primary, its replica, and a sentinel that promotes the replica half a second after the primary went silent. */
export interface SentinelSetup {
  primary: RedisServer;
  replica: RedisServer;
  /** What ioredis takes in place of host and port. */
  options: { sentinels: { host: string; port: number }[]; name: string };
  /** Resolves once the replica has become a primary. */
  promoted(): Promise<void>;
  stop(): Promise<void>;
}

const name = 'jobs';

export async function startSentinel(): Promise<SentinelSetup> {
  const primary = await startRedis({ port: await freePort() });
  const replica = await startRedis({
    port: await freePort(),
    config: { replicaof: `127.0.0.1 ${primary.port}` },
  });
  const dir = await mkdtemp(join(tmpdir(), 'reskue-sentinel-'));
  const port = await freePort();
  const file = join(dir, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `sentinel monitor ${name} 127.0.0.1 ${primary.port} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 3000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const { path, libraryPath } = await ensureRedis();
  const env = { ...process.env, ...(libraryPath && { LD_LIBRARY_PATH: libraryPath }) };
  const sentinel = spawn(path, [file, '--sentinel'], { stdio: 'ignore', env });
  const look = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 50, maxRetriesPerRequest: null });
  look.on('error', () => undefined);
  const knowsReplica = async (): Promise<boolean> => {
    const found = (await look.call('SENTINEL', 'replicas', name)) as unknown[];
    return found.length === 1;
  };
  await until(knowsReplica, { timeoutMs: 20_000 });
  const address = async (): Promise<number> =>
    Number(((await look.call('SENTINEL', 'get-master-addr-by-name', name)) as string[])[1]);
  return {
    primary,
    replica,
    options: { sentinels: [{ host: '127.0.0.1', port }], name },
    promoted: async () => {
      await until(async () => (await address()) === replica.port, { timeoutMs: 20_000 });
    },
    stop: async () => {
      look.disconnect();
      const exit = once(sentinel, 'exit');
      sentinel.kill('SIGKILL');
      await exit;
      await Promise.all([primary.stop(), replica.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
