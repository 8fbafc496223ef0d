import type { CommandAction } from '../../command/command-spec.js';
import { exitCodes } from '../../command/exit-codes.js';
import { configuredRedis, privateRedis } from './demo-redis.js';
import { DemoTeller } from './demo-teller.js';
import { runMath } from './run-math.js';
import { runWords } from './run-words.js';

/** The whole takes 4 s; a demo that hangs shows nothing. */
const longestMs = 60_000;

export const run: CommandAction = async ({ options, connection, out, notes, defer, signal }) => {
  const isGiven = options.has('url') || options.has('host');
  const redis = isGiven
    ? await configuredRedis(connection, (text) => notes.warn(text))
    : await privateRedis();
  defer(() => redis.close());
  const teller = new DemoTeller(out);
  teller.line(`${redis.about}\n`);
  const ended = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const isMathRight = await runMath(redis.connection('math'), teller, ended);
  const areWordsRight = await runWords(redis.connection('words'), teller, ended);
  return isMathRight && areWordsRight ? exitCodes.done : exitCodes.failed;
};
