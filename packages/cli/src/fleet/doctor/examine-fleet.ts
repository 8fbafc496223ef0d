import { isCluster, type Connection } from '@reskue/core/protocol';
import { readLocks } from '../read-locks.js';
import { readWorkers } from '../read-workers.js';
import { fault, ok, warning, type Finding } from './finding.js';

/** Workers, leaders and what the dead left behind. */
export async function examineFleet(connection: Connection, signal: AbortSignal): Promise<Finding[]> {
  const workers = await readWorkers(connection);
  const dead = workers.filter(({ health }) => health === 'dead').map(({ name }) => name);
  const odd = workers.filter(({ id }) => id.split(':').length < 3).map(({ id }) => id);
  return [
    dead.length === 0
      ? ok('dead workers', `none of ${workers.length}`)
      : fault('dead workers', list(dead), 'reskue workers clean'),
    odd.length === 0
      ? ok('worker ids', 'readable to all')
      : warning('worker ids', `${list(odd)}: Ruby Resque stumbles over these`, 'name workers host:pid'),
    await orphanRecords(connection, new Set(workers.map(({ id }) => id)), signal),
    await orphanLocks(connection, signal),
    await leaders(connection),
  ];
}

async function orphanRecords(
  { client, keys }: Connection,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Finding> {
  const found: string[] = [];
  const prefix = keys.record('');
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  for (const node of isCluster(client) ? client.nodes('master') : [client]) {
    let cursor = '0';
    do {
      const [next, page] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
      for (const key of page) {
        const id = key.slice(prefix.length);
        if (!id.startsWith('ping:') && !id.endsWith(':started') && !known.has(id)) found.push(id);
      }
      cursor = next;
    } while (cursor !== '0' && !signal.aborted);
  }
  if (found.length === 0) return ok('orphan records', 'none');
  return fault(
    'orphan records',
    `${list(found)}: jobs in the hands of workers that are not registered`,
    'reskue workers clean <worker>, which puts the job back into its queue',
  );
}

async function orphanLocks(connection: Connection, signal: AbortSignal): Promise<Finding> {
  const found: string[] = [];
  let count = 0;
  for await (const { lock, state } of readLocks(connection, signal)) {
    count += 1;
    if (state !== 'held') found.push(lock);
  }
  if (found.length === 0) return ok('orphan locks', `none of ${count}`);
  return fault('orphan locks', list(found), 'reskue unlock --orphans');
}

async function leaders({ client, keys }: Connection): Promise<Finding> {
  const locks = await client.mget([keys.leaderLock, keys.rubyMasterLock, keys.v4MasterLock]);
  const named = [...new Set(locks.filter((name) => name !== null))];
  if (named.length > 1) {
    return fault(
      'leaders',
      `${named.join(' and ')} lead at the same time: due jobs may be enqueued twice`,
      'run schedulers of one kind: reskue schedule takes the locks of all',
    );
  }
  if (named.length === 1) return ok('leaders', named[0] ?? '');
  const [delayed, recurring] = await Promise.all([
    client.zcard(keys.schedule),
    client.hlen(keys.persistentSchedules),
  ]);
  if (delayed + recurring === 0) return ok('leaders', 'none, and none is needed');
  return fault('leaders', 'none, and jobs are delayed or recurring', 'reskue schedule');
}

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
