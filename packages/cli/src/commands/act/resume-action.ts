import type { CommandContext } from '../../command/command-context.js';

export async function run({ args, open, out, notes }: CommandContext): Promise<undefined> {
  const { queue } = await open();
  if (args.length === 0) await queue.resumeAll();
  for (const name of args) await queue.resume(name);
  const resumed = { resumed: args.length === 0 ? 'all' : args };
  await out.document(resumed, () => out.line(`resumed ${args.length === 0 ? 'all queues' : args.join(' ')}`));
  const still = args.length === 0 ? await queue.paused() : [];
  if (still.length > 0) notes.say(`Still paused by name: ${still.join(', ')}`);
}
