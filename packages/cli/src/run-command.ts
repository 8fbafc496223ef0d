import type { CommandContext } from './command/command-context.js';
import type { CommandSpec } from './command/command-spec.js';
import { CommandStop } from './command/command-stop.js';
import { exitCodes } from './command/exit-codes.js';
import { openRedis, type Redis } from './command/open-redis.js';
import { CommandOptions } from './command/option-reader.js';
import { listenForSignals } from './command/signals.js';
import { readConfigFile } from './config/config-file.js';
import { connectionConfig, globalOptions } from './config/connection-config.js';
import { confirmWith } from './output/confirm.js';
import { colorsFor, Notes } from './output/notes.js';
import { Output, type OutputFormat } from './output/output.js';
import { progressOn } from './output/progress.js';

/** What a command is run with: the line it was called by. */
export interface Invocation {
  readonly spec: CommandSpec;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  /** Names of all members that the configuration file may have. */
  readonly configNames: ReadonlySet<string>;
}

/** Runs a command to its end, and gives the exit code; whatever was opened is closed again. */
export async function runCommand({ spec, args, flags, configNames }: Invocation): Promise<number> {
  const env = process.env;
  const isColored = flags['color'] !== false;
  const notes = new Notes(process.stderr, colorsFor(process.stderr, env, isColored));
  const cleaning: (() => Promise<void> | void)[] = [];
  const signals = listenForSignals(spec.signals === 'own' ? [] : ['SIGINT', 'SIGTERM']);
  let exitCode: number;
  try {
    const action = await spec.load();
    const file = await readConfigFile(textOf(flags['config']), configNames);
    const sources = { flags, env, config: file.values };
    const options = new CommandOptions([...globalOptions, ...(spec.options ?? [])], sources);
    const connection = connectionConfig(options, { env, configured: file.values['password'] });
    let opened: Promise<Redis> | undefined;
    const context: CommandContext = {
      args,
      options,
      connection,
      configFile: file.path,
      env,
      out: new Output(process.stdout, formatOf(flags), colorsFor(process.stdout, env, isColored)),
      notes,
      confirm: confirmWith({ yes: flags['yes'] === true, signal: signals.signal }),
      progress: progressOn(notes),
      signal: signals.signal,
      open: () =>
        (opened ??= openRedis(connection, (text) => notes.warn(text)).then((redis) => {
          cleaning.push(() => redis.close());
          return redis;
        })),
      defer: (clean) => cleaning.push(clean),
    };
    exitCode = (await action(context)) ?? exitCodes.done;
  } catch (error) {
    exitCode = signals.signal.aborted ? exitCodes.done : report(error, notes);
  }
  for (const clean of cleaning.reverse()) {
    try {
      await clean();
    } catch (error) {
      notes.warn(messageOf(error));
    }
  }
  signals.stop();
  return signals.exitCode ?? exitCode;
}

function formatOf(flags: Readonly<Record<string, unknown>>): OutputFormat {
  if (flags['ndjson'] === true) return 'ndjson';
  return flags['json'] === true ? 'json' : 'text';
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function report(error: unknown, notes: Notes): number {
  if (error instanceof CommandStop) {
    if (error.message !== '') notes.error(error.message);
    return error.exitCode;
  }
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  notes.error(typeof code === 'string' ? `${messageOf(error)} (${code})` : messageOf(error));
  // A connection that broke on the way is as one that never came.
  const isAway = code === 'RESKUE_CONNECTION_FAILED' || code === 'RESKUE_CONNECTION_ENDED';
  return isAway ? exitCodes.unreachable : exitCodes.failed;
}
