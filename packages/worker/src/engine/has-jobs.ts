import type { Connection } from '@reskue/core/protocol';

/** Whether there is anything in any of these queues, paused or not: one command, whatever their number. */
export async function hasJobs({ client, keys }: Connection, queueNames: readonly string[]): Promise<boolean> {
  return queueNames.length > 0 && (await client.exists(queueNames.map((name) => keys.queue(name)))) > 0;
}
