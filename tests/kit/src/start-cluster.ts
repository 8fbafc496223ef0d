import { startRedis, type RedisServer } from '@reskue/redis-server';
import { freePort } from './free-port.js';
import { until } from './until.js';
import { Cluster, Redis } from 'ioredis';

/** A cluster of real servers on ports of 127.0.0.1, with all slots served. */
export interface RedisCluster {
  servers: RedisServer[];
  /** A client of the whole cluster; the caller closes it. */
  client(): Cluster;
  stop(): Promise<void>;
}

const slots = 16_384;

/** Starts `count` primaries and shares the slots out among them. */
export async function startCluster(count: number): Promise<RedisCluster> {
  const servers: RedisServer[] = [];
  for (let index = 0; index < count; index += 1) {
    const config = {
      'cluster-enabled': 'yes',
      'cluster-port': await freePort(),
      'cluster-node-timeout': 2_000,
    };
    servers.push(await startRedis({ port: await freePort(), config }));
  }
  const nodes = servers.map(({ port }) => new Redis({ port: port ?? 0, host: '127.0.0.1' }));
  try {
    await join(nodes, servers);
  } finally {
    for (const node of nodes) node.disconnect();
  }
  return {
    servers,
    client: () => new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port: port ?? 0 }))),
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

async function join(nodes: Redis[], servers: RedisServer[]): Promise<void> {
  const size = Math.ceil(slots / nodes.length);
  for (const [index, node] of nodes.entries()) {
    const last = Math.min(slots, (index + 1) * size) - 1;
    await node.call('CLUSTER', 'ADDSLOTSRANGE', index * size, last);
    const busPort = Number(((await node.call('CONFIG', 'GET', 'cluster-port')) as string[])[1]);
    for (const other of nodes) {
      if (other !== node)
        await other.call('CLUSTER', 'MEET', '127.0.0.1', servers[index]?.port ?? 0, busPort);
    }
  }
  const isWhole = async (node: Redis): Promise<boolean> => {
    const info = String(await node.call('CLUSTER', 'INFO'));
    return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${nodes.length}`);
  };
  await until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean), { timeoutMs: 20_000 });
}
