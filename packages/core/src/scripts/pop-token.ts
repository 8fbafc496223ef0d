import type { RedisClient } from '../connection/redis-client.js';
import { isLean } from './lean-command.js';
import { commandText } from './lean-evalsha.js';
import { ToldCommand } from './told-command.js';

const blpop = '$5\r\nblpop';

/**
 * BLPOP: waits until one of these lists has an element, and takes its first. Resolves with the key and the element; null when
 * none came in so many seconds. A claim that waits behind it comes with the same read, and waits for as little as possible of
 * this. The promise is that of the reply itself, with no other behind it: by which of the two is told first the waker sees
 * whether the claim had waited.
 */
export function popToken(
  client: RedisClient,
  keys: readonly string[],
  seconds: number,
): Promise<[key: string, element: string] | null> {
  const text = isLean(client) ? commandText(keys.length + 2, blpop, [...keys, seconds]) : undefined;
  if (!isLean(client) || text === undefined) return client.blpop(...keys, seconds);
  return new Promise((resolve, failed) => {
    const done = (reply: unknown): void => resolve(reply as [string, string] | null);
    new ToldCommand('blpop', text, () => undefined, { done, failed }).sendOver(client);
  });
}
