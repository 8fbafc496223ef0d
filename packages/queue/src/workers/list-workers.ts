import { parseWorkerId, type Connection, type ParsedWorkerId } from '@reskue/core/protocol';

/** A worker that stands in `workers`. */
export interface ListedWorker extends ParsedWorkerId {
  id: string;
}

/** All workers, of any writer; name and queues are told apart also where queue names hold colons. */
export async function listWorkers(connection: Connection): Promise<ListedWorker[]> {
  const ids = await connection.client.smembers(connection.keys.workers);
  const unclear = ids.filter((id) => !/^[^:]+(:\d+(\+\d+)?)?(:[^:]*)?$/.test(id));
  const known = unclear.length === 0 ? {} : await knownParts(connection, unclear);
  return ids.map((id) => ({ id, ...parseWorkerId(id, known) }));
}

/** The names that give signs of life, and the queues there are. */
async function knownParts(
  { client, keys }: Connection,
  ids: readonly string[],
): Promise<{ names: string[]; queues: string[] }> {
  const prefixes = [...new Set(ids.flatMap(namesWithin))];
  const [pings, queues] = await Promise.all([
    client.mget(prefixes.map((name) => keys.ping(name))),
    client.smembers(keys.queues),
  ]);
  return { names: prefixes.filter((_, at) => pings[at] !== null), queues };
}

/** Everything before a colon may be the name. */
const namesWithin = (id: string): string[] => [...id.matchAll(/:/g)].map(({ index }) => id.slice(0, index));

/** Queues by worker name, as node-resque shows them. */
export async function workers(connection: Connection): Promise<{ [worker: string]: string }> {
  const listed = await listWorkers(connection);
  // Null where an id has no queues: node-resque's declaration says string all the same.
  return Object.fromEntries(listed.map(({ name, queues }) => [name, queues as string]));
}
