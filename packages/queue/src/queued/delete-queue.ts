import { deleteQueue as script, isMock, type Connection } from '@reskue/core/protocol';

/** Removes a queue with all its jobs, in one step. A pause of it outlives it. */
export async function deleteQueue(connection: Connection, queue: string): Promise<void> {
  const { keys, client } = connection;
  if (isMock(client)) {
    await client.del(keys.queue(queue));
    await client.srem(keys.queues, queue);
    return;
  }
  await connection.run(
    script,
    { queues: keys.queues, list: keys.queue(queue), wake: keys.wakeQueue(queue) },
    { queue },
  );
}
