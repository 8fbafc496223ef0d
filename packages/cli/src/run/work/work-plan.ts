import type { CommandContext } from '../../command/command-context.js';
import { CommandStop } from '../../command/command-stop.js';
import type { CommandOptions } from '../../command/option-reader.js';
import { exitCodes } from '../../command/exit-codes.js';
import { parseBytes } from '../parse-bytes.js';
import { seatVariable } from '../supervisor/supervisor-messages.js';
import type { WorkProcessOptions } from './work-process.js';

/** What `reskue work` was told, checked and with every default in its place. */
export interface WorkPlan {
  modules: string[];
  mode: 'go on' | 'once' | 'drain';
  work: WorkProcessOptions;
  /** More than none: this process is the supervisor of so many. */
  /** A scheduler runs in the same process. */
  hasScheduler: boolean;
  processes: number;
  maxMemoryBytes: number | undefined;
  /** More than none: a supervisor started this process for that seat. */
  seat: number;
}

const usage = (message: string): CommandStop => new CommandStop(exitCodes.usage, message);

/** @throws CommandStop (usage) */
export function readWorkPlan({ options, connection, env }: CommandContext): WorkPlan {
  const modules = options.texts('require') ?? [];
  if (modules.length === 0) throw usage('which jobs? -r jobs.js (a module that exports them)');
  const seat = Number(env[seatVariable] ?? 0);
  const intervalMs = options.durationMs('interval') ?? 5_000;
  const mode = readMode(options, intervalMs);
  const maxMemoryBytes = readMaxMemory(options.text('maxMemory'));
  const processes = readProcesses(options, mode, maxMemoryBytes);
  return {
    modules,
    mode,
    work: {
      connection,
      workers: {
        queues: options.texts('queue') ?? ['*'],
        ...(mode === 'once' ? { concurrency: 1 } : readSize(options)),
        timeout: Math.max(intervalMs, 1),
        lease: options.durationMs('lease'),
        claimAhead: options.integer('claimAhead'),
      },
      termTimeoutMs: options.durationMs('termTimeout') ?? 25_000,
      // What ends by itself is started by a program that waits for it.
      patienceMs: mode === 'go on' ? undefined : connection.commandTimeout,
    },
    hasScheduler: options.flag('schedule'),
    processes: seat > 0 ? 0 : processes,
    maxMemoryBytes,
    seat,
  };
}

function readMode(options: CommandOptions, intervalMs: number): WorkPlan['mode'] {
  const isOnce = options.flag('once');
  const isDrain = options.flag('drain');
  if (isOnce && isDrain) throw usage('--once or --drain, not both');
  if (isOnce) return 'once';
  // Ruby's INTERVAL=0 ends when there is nothing left to do.
  return isDrain || intervalMs === 0 ? 'drain' : 'go on';
}

function readProcesses(
  options: CommandOptions,
  mode: WorkPlan['mode'],
  maxMemoryBytes: number | undefined,
): number {
  // Only a supervisor can have a successor ready before the process that is too big.
  const processes = options.integer('processes', 1) ?? (maxMemoryBytes === undefined ? 0 : 1);
  if (mode === 'go on' || processes === 0) return processes;
  const isAskedFor = options.rank('processes') === 0 || options.rank('maxMemory') === 0;
  if (isAskedFor) throw usage(`--${mode}: not with --processes or --max-memory`);
  // What the configuration says of a fleet does not concern a run that ends by itself.
  return 0;
}

function readMaxMemory(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const bytes = parseBytes(text);
  if (bytes === undefined)
    throw usage(`--max-memory: expected a size such as 512mb, got ${JSON.stringify(text)}`);
  return bytes;
}

function readSize(options: CommandOptions): WorkProcessOptions['workers'] {
  const min = options.integer('min', 0);
  const max = options.integer('max', 1);
  const concurrency = options.integer('concurrency', 1);
  if (min === undefined && max === undefined) return { concurrency: concurrency ?? 1 };
  if (
    concurrency !== undefined &&
    options.rank('concurrency') <= Math.min(options.rank('min'), options.rank('max'))
  )
    throw usage('--concurrency, or --min and --max: not both');
  if (min !== undefined && max !== undefined && min > max) throw usage('--min must not be more than --max');
  return { minTaskProcessors: min, maxTaskProcessors: max };
}
