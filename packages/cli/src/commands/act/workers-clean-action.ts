import { reapLease, takeBack } from '@reskue/core/protocol';
import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { readWorkers } from '../../fleet/read-workers.js';

export async function run({ args, open, out, notes, confirm, signal }: CommandContext): Promise<number> {
  const { connection, queue } = await open();
  const wanted = (await readWorkers(connection)).filter(({ id, name, health }) =>
    args.length === 0 ? health === 'dead' : args.includes(id) || args.includes(name),
  );
  if (wanted.length === 0) {
    notes.say(args.length === 0 ? 'No worker is dead.' : 'There is no such worker.');
    return exitCodes.nothing;
  }
  const busy = wanted.filter(({ record }) => record !== null).length;
  await confirm(`Clear ${wanted.length} workers away, ${busy} of them with a job?`);
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
  const result = { matched: wanted.length, cleaned: count };
  await out.document(result, () => out.line(`cleaned ${count} of ${wanted.length}`));
  return count === wanted.length ? exitCodes.done : count > 0 ? exitCodes.partly : exitCodes.failed;
}
