import type { Redis } from 'ioredis';

const lean = new WeakSet<object>();

/**
 * Notes a client that was opened here, so that commands of our own making may be sent over it, unless its options ask ioredis
 * to do something with each command.
 */
export function markLean(client: Redis): Redis {
  const { keyPrefix, enableAutoPipelining, showFriendlyErrorStack } = client.options;
  const isPlain = !keyPrefix && enableAutoPipelining !== true && showFriendlyErrorStack !== true;
  if (isPlain) lean.add(client);
  return client;
}

/** True for a client that takes commands of our own making: of this copy of ioredis, and with nothing to do for each. */
export const isLean = (client: object): client is Redis => lean.has(client);
