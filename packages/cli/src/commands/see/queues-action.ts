import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';

export async function run({ open, out }: CommandContext): Promise<number> {
  const { queue } = await open();
  const names = (await queue.queues()).sort();
  const rows = await Promise.all(
    names.map(async (name) => ({ queue: name, depth: await queue.length(name) })),
  );
  const count = await out.rows(
    [
      { title: 'QUEUE', value: (row) => row.queue, shrinkTo: 12 },
      { title: 'DEPTH', value: (row) => row.depth, align: 'right' },
    ],
    rows,
  );
  return count === 0 ? exitCodes.nothing : exitCodes.done;
}
