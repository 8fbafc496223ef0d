import type { Redis } from 'ioredis';

/**
 * What is sent over a client meanwhile goes to the socket in one write, where it has one: there is none while it is not connected,
 * and then commands wait in its queue.
 */
export function inOneWrite<Result>(client: object, send: () => Result): Result {
  const { stream } = client as Partial<Redis>;
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}
