import { CommanderError } from 'commander';
import { exitCodes } from './command/exit-codes.js';
import { commands } from './commands.js';
import { globalOptions } from './config/connection-config.js';
import { hideArguments, redact } from './config/redact.js';
import { buildProgram } from './program.js';

/** Members of the configuration file that are no option of the command line. */
const FILE_ONLY = ['password'];

/** Runs a command line, without `node` and the script in front, and gives the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  hideArguments(argv);
  endQuietlyWithReader();
  let exitCode: number = exitCodes.done;
  const program = buildProgram(commands, async (spec, args, flags) => {
    const { runCommand } = await import('./run-command.js');
    const configNames = new Set(
      [...globalOptions, ...commands.flatMap(({ options = [] }) => options)].flatMap(({ config }) =>
        config === undefined ? [] : [config],
      ),
    );
    for (const name of FILE_ONLY) configNames.add(name);
    exitCode = await runCommand({ spec, args, flags, configNames });
  });
  // An unknown command, option or argument ends in an error of commander's, and never in process.exit.
  const write = (text: string) => void process.stderr.write(redact(text));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({ writeErr: write }).showSuggestionAfterError();
  }
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    return exitCodes.usage;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
}

/** `reskue jobs | head`: when nobody reads on, nothing more is to be done. */
function endQuietlyWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.done);
    throw error;
  });
}
