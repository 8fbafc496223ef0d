import type { CommandContext } from '../command/command-context.js';
import { exitCodes } from '../command/exit-codes.js';
import type { Column } from './table.js';

/** Prints entries up to `--limit` while they are found; nothing found is an exit code of its own. */
export async function listJobs<Row extends object>(
  { options, out, notes }: CommandContext,
  columns: readonly Column<Row>[],
  entries: AsyncIterable<Row>,
): Promise<number> {
  const limit = options.integer('limit') ?? 0;
  const reading = { isCut: false };
  async function* limited() {
    let count = 0;
    for await (const entry of entries) {
      if (limit > 0 && count === limit) {
        reading.isCut = true;
        return;
      }
      count += 1;
      yield entry;
    }
  }
  const count = await out.rows(columns, limited());
  if (reading.isCut) notes.say(`Only the first ${limit} are shown; --limit 0 shows all.`);
  return count === 0 ? exitCodes.nothing : exitCodes.done;
}
