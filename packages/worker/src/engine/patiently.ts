import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that is good to have, but not for ever: a Redis that is away must not keep anybody from ending. */
export async function patiently(wish: Promise<unknown>, patienceMs: number): Promise<void> {
  const patience = new AbortController();
  const enough = sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined);
  try {
    await Promise.race([wish, enough]);
  } finally {
    patience.abort();
  }
}
