import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { readQueues } from '../../fleet/read-queues.js';
import { readWorkers } from '../../fleet/read-workers.js';
import { timeShown } from '../../output/format-time.js';
import { queueColumns } from '../../output/show-status.js';

export async function run({ open, out }: CommandContext): Promise<number> {
  const { connection } = await open();
  const queues = await readQueues(connection, await readWorkers(connection));
  const count = await out.rows(queueColumns(timeShown(out), out.colors.yellow), queues);
  return count === 0 ? exitCodes.nothing : exitCodes.done;
}
