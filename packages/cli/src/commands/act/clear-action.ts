import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';

export async function run({ args, open, out, notes, confirm }: CommandContext): Promise<number> {
  const [name = ''] = args;
  const { queue } = await open();
  const [length, names] = await Promise.all([queue.length(name), queue.queues()]);
  if (length === 0 && !names.includes(name)) {
    notes.say(`There is no queue ${name}.`);
    return exitCodes.nothing;
  }
  await confirm(`Delete the queue ${name} with ${length.toLocaleString('en-US')} jobs?`);
  await queue.delQueue(name);
  await out.document({ queue: name, removed: length }, () => out.line(`removed ${length}`));
  return exitCodes.done;
}
