import { randomBytes } from 'node:crypto';
import { addMembers, assemble, enqueue } from '@reskue/core/protocol';
import type { Queue } from '@reskue/queue';
import { ranAtText } from './ran-at.js';
import type { StoredSchedule } from './read-schedule.js';
import { TickHooks } from './tick-hooks.js';

/** Long enough for a client to send the call again. */
const keepMs = 15 * 60_000;

/** Puts a schedule's job into its queue; false when a hook refused it. */
export async function runScheduleNow(queue: Queue, jobs: object, schedule: StoredSchedule): Promise<boolean> {
  const { connection } = queue;
  const { keys, client, dialect } = connection;
  const { name, queue: to, class: className, argsText } = schedule;
  const hooks = new TickHooks(jobs, queue, () => {});
  // A list, as the reader made it.
  const job = { queue: to, class: className, args: JSON.parse(argsText) as unknown[] };
  const { outcome, error } = await hooks.around(job, async (members) => {
    const payload = addMembers(assemble(dialect, to, className, argsText, 'queue'), members);
    await connection.run(
      enqueue,
      {
        queues: keys.queues,
        list: keys.queue(to),
        wake: keys.wakeQueue(to),
        newQueue: keys.wake,
        // So that the client may send it twice.
        producer: keys.producer(randomBytes(9).toString('base64url')),
      },
      { queue: to, call: 0, fresh: 1, keepMs },
      { args: [payload] },
    );
    return true;
  });
  if (error !== undefined) throw error;
  if (outcome !== 'stored') return false;
  const [seconds] = await client.time();
  await client.hset(keys.lastEnqueuedAt, name, ranAtText(Number(seconds) * 1_000));
  return true;
}
