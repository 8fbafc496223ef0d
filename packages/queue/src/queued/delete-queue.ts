import { deleteQueue as script, isMock } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';
import { tellPlugins, toldClasses } from './after-dequeue.js';
import { removeAll } from './remove-entries.js';
import { classOf } from './remove-jobs.js';

/** Removes a queue with all its jobs, in one step. A pause of it outlives it. */
export async function deleteQueue(context: QueueContext, queue: string): Promise<void> {
  const { keys, client } = context.connection;
  const list = keys.queue(queue);
  const told = toldClasses(context);
  const gone = new Set<string>();
  if (told.size > 0) {
    const matches = (text: string): boolean => told.has(classOf(text) ?? '');
    await removeAll(context.connection, { list, texts: [], matches }, (texts) => {
      for (const text of texts) gone.add(text);
    });
  }
  if (isMock(client)) {
    await client.del(list);
    await client.srem(keys.queues, queue);
  } else {
    await context.connection.run(
      script,
      { queues: keys.queues, list, wake: keys.wakeQueue(queue) },
      { queue },
    );
  }
  await tellPlugins(context, queue, gone);
}
