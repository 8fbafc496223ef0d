import type { Connection } from '@reskue/core/protocol';

/** The lock that is wanted. */
export interface PlainLock {
  key: string;
  ttlMs: number;
  holder: string;
  lapses: boolean;
}

/**
 * Takes a lock in plain commands, for the in-memory clients of ioredis-mock, which cannot run our scripts: for tests of an
 * application, in one process. Gives the lock's value; undefined when somebody has it.
 */
export async function takePlainly(
  { client, keys }: Connection,
  { key, ttlMs, holder, lapses }: PlainLock,
): Promise<string | undefined> {
  const second = Math.floor(Date.now() / 1_000);
  const present = await client.get(key);
  if (present !== null && !(lapses && second > Number(present))) return undefined;
  const value = String(second + Math.ceil(ttlMs / 1_000) + 1);
  await client.set(key, value, 'PX', Math.ceil(ttlMs));
  await client.set(keys.lockOwner(key), `${value} ${holder}`, 'PX', Math.ceil(ttlMs));
  return value;
}
