import type { ConnectionConfig } from '../config/connection-config.js';
import type { Confirm } from '../output/confirm.js';
import type { Notes } from '../output/notes.js';
import type { Output } from '../output/output.js';
import type { StartProgress } from '../output/progress.js';
import type { CommandOptions } from './option-reader.js';
import type { Redis } from './open-redis.js';

/** What an action works with. */
export interface CommandContext {
  /** The arguments in their order; of an optional one that was left out, nothing. Those of `[names...]` follow one another. */
  readonly args: readonly string[];
  readonly options: CommandOptions;
  /** How to reach Redis, for Queue, Worker and Scheduler. */
  readonly connection: ConnectionConfig;
  /** Path of the configuration file that was read. */
  readonly configFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data, on stdout. */
  readonly out: Output;
  /** All else, on stderr. */
  readonly notes: Notes;
  readonly confirm: Confirm;
  readonly progress: StartProgress;
  /** Aborts on SIGINT and SIGTERM, when the command does not listen itself. */
  readonly signal: AbortSignal;
  /** Connects, once; closed when the command has ended. @throws CommandStop (unreachable) */
  readonly open: () => Promise<Redis>;
  /** Runs when the command has ended, however; the last given first. */
  readonly defer: (clean: () => Promise<void> | void) => void;
}
