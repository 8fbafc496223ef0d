import { reapLease, takeBack, type Connection } from '@reskue/core/protocol';
import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { readWorkers } from '../../fleet/read-workers.js';

export async function run({ args, open, out, notes, confirm, signal }: CommandContext): Promise<number> {
  const { connection, queue } = await open();
  const wanted = (await readWorkers(connection)).filter(({ id, name, health }) =>
    args.length === 0 ? health === 'dead' : args.includes(id) || args.includes(name),
  );
  const orphans = await orphansAmong(
    connection,
    args.filter((given) => !wanted.some(({ id, name }) => id === given || name === given)),
  );
  if (wanted.length + orphans.length === 0) {
    notes.say(args.length === 0 ? 'No worker is dead.' : 'There is no such worker.');
    return exitCodes.nothing;
  }
  const busy = wanted.filter(({ record }) => record !== null).length;
  const total = wanted.length + orphans.length;
  await confirm(`Clear ${total} workers away, ${busy + orphans.length} of them with a job?`);
  let count = 0;
  const reaped = new Map<string, boolean>();
  for (const { id, lease, health } of wanted) {
    if (signal.aborted) break;
    if (lease !== null && health === 'dead') {
      // All workers of a dead process at once, by the script that its neighbours use: it looks at the lease again.
      if (!reaped.has(lease)) {
        const isThere = (await connection.client.zscore(connection.keys.leases, lease)) !== null;
        const reply = isThere ? await reapLease(connection, lease) : await takeBack(connection, id);
        if (isThere) reaped.set(lease, reply.status === 'reaped');
        else if (reply.status === 'reaped') count += 1;
      }
      if (reaped.get(lease) === true) count += 1;
      continue;
    }
    await queue.forceCleanWorker(id);
    count += 1;
  }
  for (const id of orphans) {
    if ((await takeBack(connection, id)).status === 'reaped') count += 1;
  }
  const result = { matched: total, cleaned: count };
  await out.document(result, () => out.line(`cleaned ${count} of ${total}`));
  return count === total ? exitCodes.done : count > 0 ? exitCodes.partly : exitCodes.failed;
}

/** Ids of workers that are not registered, and in whose record a job was left. */
async function orphansAmong({ client, keys }: Connection, ids: readonly string[]): Promise<string[]> {
  const found = await Promise.all(ids.map((id) => client.exists(keys.record(id))));
  return ids.filter((_, at) => found[at] === 1);
}
