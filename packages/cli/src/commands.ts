import type { CommandSpec } from './command/command-spec.js';
import { version } from './commands/care/version.js';
import { delayed } from './commands/see/delayed.js';
import { failed } from './commands/see/failed.js';
import { jobs } from './commands/see/jobs.js';
import { locks } from './commands/see/locks.js';
import { queues } from './commands/see/queues.js';
import { schedules } from './commands/see/schedules.js';
import { stats } from './commands/see/stats.js';
import { status } from './commands/see/status.js';
import { tail } from './commands/see/tail.js';
import { top } from './commands/see/top.js';
import { workers } from './commands/see/workers.js';
import { runCommands } from './run/run-commands.js';

const seeCommands: readonly CommandSpec[] = [
  status,
  queues,
  workers,
  jobs,
  failed,
  delayed,
  locks,
  schedules,
  stats,
  top,
  tail,
];

/** Every command. `Run` has its own list, in `run/run-commands.ts`. */
export const commands: readonly CommandSpec[] = [...runCommands, ...seeCommands, version];
