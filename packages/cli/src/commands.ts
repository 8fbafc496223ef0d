import type { CommandSpec } from './command/command-spec.js';
import { actCommands } from './commands/act/act-commands.js';
import { careCommands } from './commands/care/care-commands.js';
import { seeCommands } from './commands/see/see-commands.js';
import { runCommands } from './run/run-commands.js';

/** Every command, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  ...runCommands,
  ...seeCommands,
  ...actCommands,
  ...careCommands,
];
