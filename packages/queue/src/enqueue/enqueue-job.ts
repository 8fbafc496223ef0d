import { enqueue, isMock } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { checkArgs, type JobCall } from './job-call.js';
import { payloadOf } from './payload-of.js';
import { appendPlainly } from './store-plainly.js';
import { withHooks } from './with-hooks.js';

/** Puts one job into its queue, with its hooks; false when one of them refused it. */
export async function enqueueJob(context: QueueContext, call: JobCall): Promise<boolean> {
  await checkArgs(call);
  return withHooks(context, call, async (run) => {
    // Now, not before: a hook may have changed the args.
    await append(context, call.queue, [payloadOf(context, call, run)]);
    return true;
  });
}

/** Appends payloads to a queue in one step, once. At most a few thousand at a time. */
export async function append(
  { connection, producer }: QueueContext,
  queue: string,
  payloads: readonly string[],
): Promise<void> {
  const { keys } = connection;
  if (isMock(connection.client)) return appendPlainly(connection, queue, payloads);
  await producer.send(({ producer: ring, ...numbers }) =>
    connection.run(
      enqueue,
      {
        queues: keys.queues,
        list: keys.queue(queue),
        wake: keys.wakeQueue(queue),
        newQueue: keys.wake,
        producer: ring,
      },
      { queue, ...numbers },
      { args: payloads },
    ),
  );
}
