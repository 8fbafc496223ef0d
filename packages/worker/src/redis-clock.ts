import { isMock, type RedisClient } from '@reskue/core/protocol';

/** How far Redis's clock is from the one that only counts on in this process; and when that was asked. */
interface Difference {
  askedAt: number;
  ms: Promise<number>;
}

const differences = new WeakMap<RedisClient, Difference>();
/** Clocks drift, and a process may be stopped: so often it is asked again. */
const askAgainMs = 60_000;

/**
 * Epoch ms by the clock of Redis, which all processes share; asked once a minute and client. By this process's own clock
 * where Redis does not tell (ioredis-mock, a user without the right). Rejects while Redis is away.
 */
export async function redisNow(client: RedisClient): Promise<number> {
  if (isMock(client)) return Date.now();
  const known = differences.get(client);
  if (known && performance.now() - known.askedAt < askAgainMs) return performance.now() + (await known.ms);
  const asked: Difference = { askedAt: performance.now(), ms: ask(client) };
  differences.set(client, asked);
  try {
    return performance.now() + (await asked.ms);
  } catch (error) {
    if (differences.get(client) === asked) differences.delete(client);
    throw error;
  }
}

async function ask(client: RedisClient): Promise<number> {
  try {
    const [seconds, micros] = await client.time();
    return Number(seconds) * 1_000 + Number(micros) / 1_000 - performance.now();
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return Date.now() - performance.now();
    throw error;
  }
}
