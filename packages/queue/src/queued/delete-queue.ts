import { deleteQueue as script, type Connection } from '@reskue/core/protocol';

/** Removes a queue with all its jobs, in one step. A pause of it outlives it. */
export async function deleteQueue(connection: Connection, queue: string): Promise<void> {
  const { keys } = connection;
  await connection.run(
    script,
    { queues: keys.queues, list: keys.queue(queue), wake: keys.wakeQueue(queue) },
    { queue },
  );
}
