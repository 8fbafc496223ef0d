import { Command, Option } from 'commander';
import type { CommandGroup, CommandSpec, OptionSpec } from './command/command-spec.js';
import { exitCodeLines } from './command/exit-codes.js';
import { globalOptions } from './config/connection-config.js';

/** Called with the command that was chosen, its arguments in their order, and the flags that were given. */
export type RunCommand = (
  spec: CommandSpec,
  args: readonly string[],
  flags: Readonly<Record<string, unknown>>,
) => Promise<void>;

const exitCodeHelp = `
Exit codes:
${exitCodeLines.map(([code, meaning]) => `  ${code.padEnd(6)} ${meaning}`).join('\n')}
`;

const GROUPS: Readonly<Record<CommandGroup, string>> = {
  Run: 'Run:',
  See: 'See:',
  Act: 'Act:',
  Care: 'Care:',
};

/** The whole command line as commander knows it; no action is loaded. */
export function buildProgram(specs: readonly CommandSpec[], run: RunCommand): Command {
  const program = new Command('reskue')
    .description(
      'Background jobs on Redis: run, see and mend a fleet of workers, of Reskue, node-resque or Resque.',
    )
    .usage('<command> [options]')
    .configureHelp({ showGlobalOptions: true })
    .helpOption('-h, --help', 'show this help')
    .helpCommand(true)
    .addHelpText('after', exitCodeHelp);
  for (const option of globalOptions) program.addOption(toOption(option));
  // A command of one word stands before those of two that belong to it.
  for (const spec of [...specs].sort((a, b) => words(a) - words(b))) addCommand(program, spec, run);
  return program;
}

const words = ({ name }: CommandSpec) => name.split(' ').length;

function addCommand(program: Command, spec: CommandSpec, run: RunCommand): void {
  const [first = '', second] = spec.name.split(' ');
  const parent =
    second === undefined ? program : (program.commands.find((one) => one.name() === first) ?? program);
  const command = parent.command(second ?? first).summary(spec.summary);
  command.description([spec.summary[0]?.toUpperCase(), spec.summary.slice(1), '.'].join(''));
  if (spec.description !== undefined) command.description(`${command.description()} ${spec.description}`);
  if (second === undefined) command.helpGroup(GROUPS[spec.group]);
  for (const { name, summary } of spec.arguments ?? []) command.argument(name, summary);
  for (const option of spec.options ?? []) command.addOption(toOption(option));
  if (spec.examples !== undefined && spec.examples.length > 0) {
    command.addHelpText(
      'after',
      `\nExamples:\n${spec.examples.map((line) => `  $ reskue ${line}`).join('\n')}`,
    );
  }
  command.addHelpText('after', exitCodeHelp);
  command.action(async () => {
    const flags: Readonly<Record<string, unknown>> = command.optsWithGlobals();
    await run(spec, command.args, flags);
  });
}

function toOption({ flags, summary, env = [], fallback }: OptionSpec): Option {
  const notes = [
    ...(env.length > 0 ? [`$${env.join(', $')}`] : []),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ];
  return new Option(flags, notes.length === 0 ? summary : `${summary} (${notes.join('; ')})`);
}
