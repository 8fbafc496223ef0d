import type { CommandContext } from '../../command/command-context.js';

export async function run({ args, open, out }: CommandContext): Promise<undefined> {
  const { queue } = await open();
  if (args.length === 0) await queue.pauseAll();
  for (const name of args) await queue.pause(name);
  const paused = { paused: args.length === 0 ? 'all' : args };
  await out.document(paused, () => out.line(`paused ${args.length === 0 ? 'all queues' : args.join(' ')}`));
}
