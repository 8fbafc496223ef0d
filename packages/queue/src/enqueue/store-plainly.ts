import { bucketMember, type Connection, type Payloads } from '@reskue/core/protocol';

/** What the scripts do, in plain commands: for the in-memory clients of ioredis-mock, which cannot run ours. */
export async function appendPlainly(
  { client, keys }: Connection,
  queue: string,
  payloads: Payloads,
): Promise<void> {
  await client.sadd(keys.queues, queue);
  await client.rpush(keys.queue(queue), ...Array.from(payloads, String));
}

export async function delayPlainly(
  { client, keys }: Connection,
  payload: string,
  second: number,
): Promise<'delayed' | 'duplicate'> {
  const marker = bucketMember(second);
  if ((await client.sadd(keys.timestamps(payload), marker)) === 0) return 'duplicate';
  await client.rpush(keys.bucket(second), payload);
  await client.zadd(keys.schedule, second, second);
  return 'delayed';
}
