import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { openRedis } from '../../command/open-redis.js';
import { Loader } from '../../fleet/dump/loader.js';
import { readDumpLine } from '../../fleet/dump/read-dump-line.js';

const BATCH = 500;

export async function run(context: CommandContext): Promise<number> {
  const { args, options, connection: config, notes, out, signal, defer } = context;
  const [file] = args;
  const redis = await openRedis(config, (text) => notes.warn(text), { isSentAgain: false });
  defer(() => redis.close());
  const loader = new Loader(redis.connection, options.flag('dryRun'));
  const working = context.progress('Importing');
  let number = 0;
  let safe = 0;
  try {
    const input = file === undefined ? process.stdin : createReadStream(file);
    // A file that is not there is told by an event, before the first line.
    const broken = new Promise<never>((_, reject) => input.once('error', reject));
    broken.catch(() => {});
    const lines = createInterface({ input, signal, crlfDelay: Infinity })[Symbol.asyncIterator]();
    for (;;) {
      // Lines are texts; the iterator's own type leaves that open at its end.
      const next: IteratorResult<string, unknown> = await Promise.race([lines.next(), broken]);
      if (next.done === true || signal.aborted) break;
      const { value } = next;
      number += 1;
      if (value.trim() === '') continue;
      const line = readDumpLine(value);
      if (typeof line === 'string') throw new CommandStop(exitCodes.failed, `line ${number}: ${line}`);
      if (loader.add(line) >= BATCH) {
        await loader.flush();
        working.advance(BATCH);
        safe = number;
      }
    }
    await loader.flush();
  } catch (error) {
    if (safe > 0 || loader.count > 0)
      notes.say(`The lines up to ${safe} are in; of those up to ${number} some may be.`);
    throw error;
  } finally {
    working.end();
  }
  const verb = options.flag('dryRun') ? 'would import' : 'imported';
  await out.document({ lines: number, imported: loader.count }, () => out.line(`${verb} ${loader.count}`));
  return loader.count === 0 ? exitCodes.nothing : exitCodes.done;
}
