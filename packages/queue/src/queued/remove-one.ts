import { isMock, removeEntry } from '@reskue/core/protocol';
import type { QueueContext } from '../queue-context.js';

/**
 * Removes one entry of a list by its exact text, the first from the head or the tail on, and gives how many were removed. A
 * call that the client sends again, because its reply was lost, does not take an equal one, too.
 */
export async function removeOne(
  { connection, producer }: Pick<QueueContext, 'connection' | 'producer'>,
  list: string,
  from: 'head' | 'tail',
  text: string,
): Promise<number> {
  const count = from === 'head' ? 1 : -1;
  if (isMock(connection.client)) return connection.client.lrem(list, count, text);
  const { producer: ring, ...numbers } = producer.number();
  const reply = await connection.run(removeEntry, { list, producer: ring }, { count, text, ...numbers });
  return reply.status === 'known' ? 1 : reply.count;
}
