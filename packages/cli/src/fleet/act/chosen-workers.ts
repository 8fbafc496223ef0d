import type { ArgumentSpec, OptionSpec } from '../../command/command-spec.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import type { CommandOptions } from '../../command/option-reader.js';
import type { WorkerEntry } from '../read-workers.js';

export const workersArgument: ArgumentSpec = {
  name: '[workers...]',
  summary: 'their names or ids, as `workers` shows them, or `host:pid`',
};

export const orderOptions: readonly OptionSpec[] = [
  { flags: '--all', summary: 'all of them' },
  { flags: '--on <host>', summary: 'those on this host' },
  { flags: '--dry-run', summary: 'list who would be told, and change nothing' },
  { flags: '-y, --yes', summary: 'do not ask' },
];

/** Workers that were chosen on the command line, by the process that they live in. */
export interface ChosenWorkers {
  /** Lease to all of its workers, of which at least one was chosen. */
  readonly processes: ReadonlyMap<string, readonly WorkerEntry[]>;
  /** Of these processes' workers, how many were not chosen themselves. */
  readonly others: number;
  /** Chosen, and no process of Reskue's that lives. */
  readonly outOfReach: readonly WorkerEntry[];
  /** Given names that nobody has. */
  readonly unknown: readonly string[];
}

/** @throws CommandStop (usage) when it is not said whom, or said in two ways. */
export function chooseWorkers(
  options: CommandOptions,
  given: readonly string[],
  all: readonly WorkerEntry[],
): ChosenWorkers {
  const host = options.text('on');
  const isAll = options.flag('all');
  if ([isAll, host !== undefined, given.length > 0].filter(Boolean).length !== 1) {
    throw new CommandStop(exitCodes.usage, 'which workers? their names, or --on a host, or --all');
  }
  // Whoever is dead hears nothing; by its name it is told of.
  const isMeant = (worker: WorkerEntry): boolean =>
    given.length > 0
      ? given.some((name) => isCalled(worker, name))
      : worker.health !== 'dead' && (isAll || hostOf(worker) === host);
  const chosen = all.filter(isMeant);
  const processes = new Map<string, WorkerEntry[]>();
  for (const { lease, health } of chosen) if (lease !== null && health === 'alive') processes.set(lease, []);
  for (const worker of all) processes.get(worker.lease ?? '')?.push(worker);
  const reached = new Set([...processes.values()].flat());
  return {
    processes,
    others: reached.size - chosen.filter((worker) => reached.has(worker)).length,
    outOfReach: chosen.filter((worker) => !reached.has(worker)),
    unknown: given.filter((name) => !all.some((worker) => isCalled(worker, name))),
  };
}

/** `web-1:71` are all workers `web-1:71+1`, `web-1:71+2` ... of that process, too. */
const isCalled = ({ id, name }: WorkerEntry, given: string): boolean =>
  id === given || name === given || name.startsWith(`${given}+`);

/** By its lease (`pid@host:nonce`), or by its name (`host:pid`). */
const hostOf = ({ lease, name }: WorkerEntry): string =>
  /^\d+@(.+):[0-9a-f]+$/.exec(lease ?? '')?.[1] ?? name.replace(/:[^:]*$/, '');
