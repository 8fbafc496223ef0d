import type { CommandSpec } from './command/command-spec.js';
import { version } from './commands/care/version.js';
import { queues } from './commands/see/queues.js';
import { runCommands } from './run/run-commands.js';

/** Every command. `Run` has its own list, in `run/run-commands.ts`. */
export const commands: readonly CommandSpec[] = [...runCommands, queues, version];
