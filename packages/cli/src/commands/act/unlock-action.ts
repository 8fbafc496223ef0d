import { delIf } from '@reskue/core/protocol';
import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { readLocks, type LockEntry } from '../../fleet/read-locks.js';

export async function run({
  args,
  options,
  open,
  out,
  notes,
  confirm,
  signal,
}: CommandContext): Promise<number> {
  const [isAll, isOrphans] = [options.flag('all'), options.flag('orphans')];
  if ([isAll, isOrphans, args.length > 0].filter(Boolean).length !== 1) {
    throw new CommandStop(exitCodes.usage, 'which locks? their names, or --orphans, or --all');
  }
  const { connection } = await open();
  const { keys } = connection;
  const found: LockEntry[] = [];
  for await (const entry of readLocks(connection, signal)) {
    if (isAll || (isOrphans ? entry.state !== 'held' : args.includes(entry.lock))) found.push(entry);
  }
  if (found.length === 0) {
    notes.say('No lock matched.');
    return exitCodes.nothing;
  }
  await confirm(`Give up ${found.length.toLocaleString('en-US')} locks?`);
  let count = 0;
  for (const { lock, value } of found) {
    // Only what was looked at: it may have been taken anew meanwhile.
    const reply = await connection.run(delIf, { firstKey: keys.prefix + lock }, { firstText: value ?? '' });
    if (reply.status === 'deleted') count += 1;
  }
  await out.document({ matched: found.length, unlocked: count }, () =>
    out.line(`unlocked ${count} of ${found.length}`),
  );
  return count === found.length ? exitCodes.done : count > 0 ? exitCodes.partly : exitCodes.failed;
}
