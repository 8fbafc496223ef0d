import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@reskue/core/protocol';
import { exitCodes } from '../../command/exit-codes.js';
import { ownLeases } from './own-leases.js';
import type { WorkProcess } from './work-process.js';

const lookEveryMs = 100;

/**
 * Works until the queues are empty and ends: 0 when all jobs are done, 3 when there were none, 4 when some failed, 1 when
 * all did. Paused queues and delayed jobs are not waited for.
 */
export async function drainQueues(work: WorkProcess): Promise<number> {
  const ended = new AbortController();
  work.on('phase', (phase) => phase === 'draining' && ended.abort());
  await work.start();
  while (!ended.signal.aborted && !(await isEmpty(work)))
    await sleep(lookEveryMs, undefined, { signal: ended.signal }).catch(() => undefined);
  await work.drain();
  const { processed, failed } = work;
  if (processed === 0) return exitCodes.nothing;
  if (failed === 0) return exitCodes.done;
  return failed === processed ? exitCodes.failed : exitCodes.partly;
}

/** Nothing waits, and nothing is in our hands: read in one step, for jobs go from one to the other. */
async function isEmpty({ connection, workers }: WorkProcess): Promise<boolean> {
  try {
    const queues = await queuesToDrain(connection, workers.options.queues);
    const { keys, client } = connection;
    if (queues === undefined) return true;
    const leases = await ownLeases(connection);
    const look = client.multi();
    for (const queue of queues) look.llen(keys.queue(queue));
    for (const worker of workers.workers) look.exists(keys.record(`${worker.name}:${worker.stringQueues()}`));
    // What was claimed ahead of the slots, and begun without a record of its own.
    for (const id of leases) look.hkeys(keys.leaseAhead(id));
    const answers = await look.exec();
    return answers?.every(([error, found]) => !error && holdsNothing(found)) ?? false;
  } catch {
    // Redis is away: nobody knows.
    return false;
  }
}

/** A length of none, or a hash without claims: `last` is the last number used. */
const holdsNothing = (found: unknown): boolean =>
  Array.isArray(found) ? found.every((field) => field === 'last') : found === 0;

/** `undefined` while everything is paused. */
async function queuesToDrain(
  { keys, client }: Connection,
  wanted: readonly string[],
): Promise<string[] | undefined> {
  if ((await client.get(keys.pauseAll)) === 'true') return undefined;
  const queues = wanted.includes('*') ? await client.smembers(keys.queues) : [...wanted];
  const paused = new Set(await client.smembers(keys.paused));
  return queues.filter((queue) => !paused.has(queue));
}
