import type { CommandContext } from '../../command/command-context.js';
import { dumpAll } from '../../fleet/dump/dump-all.js';

export async function run({ open, out, signal, progress, notes }: CommandContext): Promise<undefined> {
  const { connection } = await open();
  const working = progress('Exporting');
  let count = 0;
  for await (const line of dumpAll(connection, signal)) {
    await out.line(JSON.stringify(line));
    working.advance(1);
    count += 1;
  }
  working.end();
  notes.say(`Exported ${count.toLocaleString('en-US')} lines${signal.aborted ? ', and stopped early' : ''}.`);
}
