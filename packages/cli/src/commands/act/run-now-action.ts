import { Schedules } from '@reskue/scheduler';
import type { CommandContext } from '../../command/command-context.js';
import { exitCodes } from '../../command/exit-codes.js';
import { runBulk } from '../../fleet/act/bulk.js';
import { promoteMatching } from '../../fleet/act/promote-matching.js';
import { matchingJobs } from '../../fleet/matching-jobs.js';

export async function run(context: CommandContext): Promise<number> {
  const { args, open, options, signal } = context;
  const [schedule] = args;
  if (schedule !== undefined) return runSchedule(context, schedule);
  const { connection } = await open();
  const queue = options.text('queue');
  return runBulk(context, {
    verb: 'run now:',
    done: 'enqueued',
    what: queue === undefined ? 'delayed jobs' : `delayed jobs of the queue ${queue}`,
    isDestructive: false,
    total: undefined,
    matching: (selection) => matchingJobs(connection, 'delayed', queue, selection, signal),
    act: (selection) =>
      promoteMatching(
        connection,
        { texts: selection.texts, signal },
        (entry, text) => (queue === undefined || entry.queue === queue) && selection.matches(entry, text),
      ),
  });
}

async function runSchedule({ open, out, notes }: CommandContext, name: string): Promise<number> {
  const { connection } = await open();
  const schedules = new Schedules(connection);
  if ((await schedules.get(name)) === undefined) {
    notes.say(`There is no recurring job ${name}.`);
    return exitCodes.nothing;
  }
  const isEnqueued = await schedules.runNow(name);
  await out.document({ schedule: name, enqueued: isEnqueued ? 1 : 0 }, () =>
    out.line(isEnqueued ? `enqueued ${name}` : `${name} was refused by a hook`),
  );
  return isEnqueued ? exitCodes.done : exitCodes.failed;
}
