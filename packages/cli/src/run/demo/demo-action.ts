import type { CommandAction } from '../../command/command-spec.js';
import { exitCodes } from '../../command/exit-codes.js';
import { demoRedis } from './demo-redis.js';
import { DemoTeller } from './demo-teller.js';
import { runMath } from './run-math.js';
import { runWords } from './run-words.js';

/** The whole takes 4 s; a demo that hangs shows nothing. */
const longestMs = 60_000;

export const run: CommandAction = async ({ options, connection, out, defer, signal, open }) => {
  const isGiven = options.has('url') || options.has('host');
  // Tells in the usual way when it does not answer.
  if (isGiven) await open();
  const redis = await demoRedis(isGiven ? connection : undefined);
  defer(() => redis.close());
  const teller = new DemoTeller(out);
  teller.line(`${redis.about}\n`);
  const ended = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const isMathRight = await runMath(redis.connection('math'), teller, ended);
  const areWordsRight = await runWords(redis.connection('words'), teller, ended);
  return isMathRight && areWordsRight ? exitCodes.done : exitCodes.failed;
};
