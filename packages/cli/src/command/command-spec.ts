import type { CommandContext } from './command-context.js';

export type CommandGroup = 'Run' | 'See' | 'Act' | 'Care';

/** An option: where its value may come from, first the flag, then the environment, then the configuration file. */
export interface OptionSpec {
  /** As commander writes them: `-q, --queue <name>`, `--yes`, `-r, --require <file...>`. */
  readonly flags: string;
  readonly summary: string;
  /** Names of environment variables, the first that is set and not empty counts. */
  readonly env?: readonly string[];
  /** Name of a member of the configuration file. */
  readonly config?: string;
  /** What holds when it is given nowhere; shown in the help. */
  readonly fallback?: string | number;
}

export interface ArgumentSpec {
  /** As commander writes them: `<class>` is needed, `[queue]` is not, `[queues...]` are many. */
  readonly name: string;
  readonly summary: string;
}

/** All of a command that `--help` needs. What it does is in a module of its own, which only running it loads. */
export interface CommandSpec {
  /** One word, or two: `workers stop` is found under `workers`. */
  readonly name: string;
  readonly group: CommandGroup;
  readonly summary: string;
  /** More than the summary, for the command's own help. */
  readonly description?: string;
  readonly arguments?: readonly ArgumentSpec[];
  readonly options?: readonly OptionSpec[];
  /** Command lines without `reskue` in front. */
  readonly examples?: readonly string[];
  /**
   * Who deals with SIGINT and SIGTERM. `cancel`: the context's signal aborts, and the exit code is 128+n. `own`: the
   * action listens itself, and its exit code stands.
   * @default "cancel"
   */
  readonly signals?: 'cancel' | 'own';
  /** `() => import('./x-action.js').then(({ run }) => run)` */
  readonly load: () => Promise<CommandAction>;
}

/** Gives the exit code; nothing means 0. May throw CommandStop. */
export type CommandAction = (context: CommandContext) => Promise<number | undefined>;
