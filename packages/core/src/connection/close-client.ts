import type { RedisClient } from './redis-client.js';

/**
 * Closes a client at once, in whatever state it is, so that nothing of it keeps the process alive.
 *
 * `disconnect()` of an ioredis client that waits for its next attempt to reconnect clears the timer and leaves
 * the rest: its state stays "reconnecting" and commands in its queue wait until they time out. So these are
 * rejected here by the method that ioredis uses itself.
 */
export function closeClient(client: RedisClient): void {
  const waiting = client.status === 'reconnecting';
  client.disconnect();
  if (!waiting) return;
  call(client, 'setStatus', 'end');
  call(client, 'flushQueue', new Error('Connection is closed.'));
}

function call(client: RedisClient, method: string, argument: unknown): void {
  const found: unknown = Reflect.get(client, method);
  if (typeof found === 'function') Reflect.apply(found, client, [argument]);
}
