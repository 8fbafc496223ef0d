import { resumeQueues, type Connection } from '@reskue/core/protocol';

/** Ends the pause of one queue and wakes whoever works it. */
export async function resumeQueue(connection: Connection, queue: string): Promise<void> {
  const { keys } = connection;
  await connection.run(
    resumeQueues,
    { paused: keys.paused, pauseAll: keys.pauseAll, wake: keys.wake },
    { scope: 'queues' },
    { keys: [keys.wakeQueue(queue)], args: [queue] },
  );
}

/** Ends the pause of everything and wakes whoever works. */
export async function resumeAll(connection: Connection): Promise<void> {
  const { client, keys } = connection;
  const queues = await client.smembers(keys.queues);
  await connection.run(
    resumeQueues,
    { paused: keys.paused, pauseAll: keys.pauseAll, wake: keys.wake },
    { scope: 'all' },
    { keys: queues.map((queue) => keys.wakeQueue(queue)) },
  );
}
