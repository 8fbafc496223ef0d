import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogOptions {
  level: LogLevel;
  format: LogFormat;
  useColour: boolean;
}

/**
 * What a command was told of its log. Ruby's `VERBOSE` and `VVERBOSE` mean `debug` where no level is given.
 * @throws CommandStop (usage)
 */
export function readLogOptions({ options, env, out }: CommandContext): LogOptions {
  const isVerbose = [env.VERBOSE, env.VVERBOSE].some((text) => text !== undefined && text !== '');
  return {
    level:
      oneOf('--log-level', options.text('logLevel')?.toLowerCase(), logLevels) ??
      (isVerbose ? 'debug' : 'info'),
    format:
      oneOf('--log-format', options.text('logFormat'), logFormats) ??
      (process.stdout.isTTY ? 'pretty' : 'json'),
    useColour: out.colors.red('') !== '',
  };
}

function oneOf<Word extends string>(
  option: string,
  given: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (given === undefined) return undefined;
  const found = words.find((word) => word === given);
  if (found) return found;
  throw new CommandStop(
    exitCodes.usage,
    `${option}: expected ${words.join(', ')}, got ${JSON.stringify(given)}`,
  );
}
