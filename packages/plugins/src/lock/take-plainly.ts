import type { Connection } from '@reskue/core/protocol';

/** The lock that is wanted. */
export interface PlainLock {
  key: string;
  ttlMs: number;
  lapses: boolean;
}

/**
 * Takes a lock in plain commands, for the in-memory clients of ioredis-mock, which cannot run our scripts: for tests of an
 * application, in one process. Gives the lock's value; undefined when somebody has it.
 */
export async function takePlainly(
  { client }: Connection,
  { key, ttlMs, lapses }: PlainLock,
  holder: string,
): Promise<string | undefined> {
  const second = Math.floor(Date.now() / 1_000);
  const present = await client.get(key);
  if (present !== null && !(lapses && second > Number(present))) return undefined;
  const value = `${second + Math.ceil(ttlMs / 1_000) + 1}.${holder}`;
  await client.set(key, value, 'PX', Math.ceil(ttlMs));
  return value;
}
