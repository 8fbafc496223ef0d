import type { Connection } from '@reskue/core';

/** A registered worker and its last sign of life, in epoch seconds. */
export interface PingedWorker {
  id: string;
  name: string;
  pingedAt: number;
}

const pageSize = 1_000;

/** The last pings of all registered workers that have one; asked by name, so that nothing scans the database. */
export async function readPings({ client, keys }: Connection): Promise<PingedWorker[]> {
  const ids = await client.smembers(keys.workers);
  const found: PingedWorker[] = [];
  for (let from = 0; from < ids.length; from += pageSize) {
    const candidates = ids.slice(from, from + pageSize).flatMap(candidatesOf);
    if (candidates.length === 0) continue;
    const pings = await client.mget(candidates.map(({ name }) => keys.ping(name)));
    for (const [index, { id, name }] of candidates.entries()) {
      const pingedAt = timeOf(pings[index], name);
      if (pingedAt !== null) found.push({ id, name, pingedAt });
    }
  }
  return found;
}

/** Names and queues may hold colons, so the text before any colon may be the name; only one of them has a ping. */
function candidatesOf(id: string): { id: string; name: string }[] {
  return [...id.matchAll(/:/g)].map(({ index }) => ({ id, name: id.slice(0, index) }));
}

function timeOf(ping: string | null | undefined, name: string): number | null {
  if (ping == null) return null;
  try {
    const value: unknown = JSON.parse(ping);
    if (typeof value !== 'object' || value === null) return null;
    const { time, name: itsName } = value as { time?: unknown; name?: unknown };
    return typeof time === 'number' && itsName === name ? time : null;
  } catch {
    return null;
  }
}
