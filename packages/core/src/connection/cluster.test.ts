import { redisServer, until } from '@reskue/testkit';
import { Cluster } from 'ioredis';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { Connection } from './connection.js';

const busPort = 20_000 + Math.floor(Math.random() * 10_000);
const server = redisServer({
  port: 0,
  config: { 'cluster-enabled': 'yes', 'cluster-port': busPort, 'cluster-announce-ip': '127.0.0.1' },
});
const clusters: Cluster[] = [];

beforeAll(async () => {
  await server.redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  await until(async () => (await server.redis.cluster('INFO')).includes('cluster_state:ok'));
});
afterEach(() => {
  for (const cluster of clusters.splice(0)) cluster.disconnect();
});

function cluster(keyPrefix?: string): Cluster {
  const { port } = server.server;
  const made = new Cluster(
    [{ host: '127.0.0.1', port: port ?? 0 }],
    keyPrefix === undefined ? {} : { keyPrefix },
  );
  clusters.push(made);
  return made;
}

test('in a cluster a namespace without a hash tag is refused, with the remedy', async () => {
  for (const namespace of ['resque', 'a{}b', '']) {
    const connection = new Connection({ redis: cluster(), namespace });
    await expect(connection.connect()).rejects.toMatchObject({
      code: 'RESKUE_CLUSTER_NAMESPACE',
      message: expect.stringMatching(/namespace: "\{.+\}"/) as string,
    });
    expect(connection.redis.listenerCount('end')).toBe(0);
  }
});

test('in a cluster a namespace with a hash tag works: keys, SCAN, a duplicate', async () => {
  const connection = new Connection({ redis: cluster(), namespace: '{resque}' });
  await connection.connect();
  await connection.redis.set(connection.key('thing'), 'x');
  expect(await connection.getKeys('{resque}:th*')).toEqual(['{resque}:thing']);
  expect(connection.threadOptions()).toBe(undefined);
  const copy = connection.duplicate();
  expect(await copy.get(connection.key('thing'))).toBe('x');
  copy.disconnect();
  connection.end();
});

test('the hash tag may stand in the keyPrefix', async () => {
  const connection = new Connection({ redis: cluster('{app}:') });
  await connection.connect();
  expect(connection.connected).toBe(true);
  connection.end();
});
