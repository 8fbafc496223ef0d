import { steer, type Connection, type LeaseOrder } from '@reskue/core/protocol';
import type { CommandContext } from '../../command/command-context.js';
import type { CommandAction } from '../../command/command-spec.js';
import { exitCodes } from '../../command/exit-codes.js';
import { chooseWorkers, type ChosenWorkers } from '../../fleet/act/chosen-workers.js';
import { readWorkers, stateOf, type WorkerEntry } from '../../fleet/read-workers.js';
import { printable } from '../../output/printable.js';

/** What each order is called on the wire, in a question, and when it is given. */
const words = {
  quiet: { order: 'quiet', verb: 'Quiet', done: 'told to be quiet' },
  resume: { order: '', verb: 'Resume', done: 'told to work' },
  stop: { order: 'stop', verb: 'Stop', done: 'told to stop' },
} as const satisfies Record<string, { order: LeaseOrder; verb: string; done: string }>;

/** The action of `workers quiet`, `workers resume` or `workers stop`. */
export const orderWorkers =
  (name: keyof typeof words): CommandAction =>
  async (context) => {
    const { args, open, options, notes, confirm } = context;
    const { order, verb, done } = words[name];
    const { connection } = await open();
    const chosen = chooseWorkers(options, args, await readWorkers(connection));
    tellMissing(chosen, (text) => notes.say(printable(text)));
    const reached = [...chosen.processes.values()].flat();
    if (reached.length + chosen.outOfReach.length === 0) {
      if (chosen.unknown.length === 0) notes.say('No worker matched.');
      return exitCodes.nothing;
    }
    const extent = `${countOf(reached.length, 'worker', 'workers')} of ${countOf(chosen.processes.size, 'process', 'processes')}`;
    if (options.flag('dryRun')) {
      await listWorkers(context, reached);
      notes.say(`${extent} would be ${done}; nothing was changed.`);
      return exitCodes.done;
    }
    if (reached.length === 0) return exitCodes.failed;
    const together = chosen.others > 0 ? `, ${chosen.others} of them only because they share a process` : '';
    if (name === 'stop' || chosen.others > 0) await confirm(`${verb} ${extent}${together}?`);
    return giveOrder(context, connection, chosen, order, done);
  };

async function giveOrder(
  { out, notes, signal }: CommandContext,
  connection: Connection,
  { processes, outOfReach, unknown }: ChosenWorkers,
  order: LeaseOrder,
  done: string,
): Promise<number> {
  const told = { workers: 0, processes: 0 };
  for (const [id, workers] of processes) {
    if (signal.aborted) break;
    const keys = { leases: connection.keys.leases, lease: connection.keys.lease(id) };
    const { status } = await connection.run(steer, keys, { id, order, now: '' });
    if (status === 'told') {
      told.workers += workers.length;
      told.processes += 1;
    } else {
      const why = status === 'gone' ? 'has died meanwhile' : 'was told to stop before, which stands';
      notes.say(printable(`The process of ${workers[0]?.name ?? id} ${why}.`));
    }
  }
  const matched = [...processes.values()].flat().length + outOfReach.length;
  const result = { matched, told: told.workers, processes: told.processes };
  await out.document(result, () =>
    out.line(
      `${done}: ${told.workers} of ${matched} workers, ${countOf(told.processes, 'process', 'processes')}`,
    ),
  );
  if (told.processes === 0) return exitCodes.failed;
  const isWhole = told.workers === matched && unknown.length === 0;
  return isWhole ? exitCodes.done : exitCodes.partly;
}

function tellMissing({ outOfReach, unknown }: ChosenWorkers, say: (text: string) => void): void {
  for (const name of unknown) say(`There is no worker ${name}.`);
  const dead = outOfReach.filter(({ kind }) => kind === 'reskue').map(({ name }) => name);
  const strangers = outOfReach.filter(({ kind }) => kind !== 'reskue').map(({ name }) => name);
  if (dead.length > 0) say(`Dead, and can not be told: ${dead.join(', ')} (reskue workers clean)`);
  if (strangers.length > 0) {
    say(`Not of Reskue, and out of reach: ${strangers.join(', ')} (signal them where they run)`);
  }
}

const listWorkers = ({ out }: CommandContext, workers: readonly WorkerEntry[]): Promise<number> =>
  out.rows(
    [
      { title: 'WORKER', value: ({ name }) => name, shrinkTo: 12 },
      { title: 'QUEUES', value: ({ queues }) => queues.join(','), shrinkTo: 8 },
      { title: 'STATE', value: stateOf },
      { title: 'LEASE', value: ({ lease }) => lease, shrinkTo: 12 },
    ],
    workers.map(({ record: _, ...worker }) => worker),
  );

const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
