import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until the probe gives something truthy and resolves with it; never sleep for a condition. A probe that throws has
 * not succeeded yet. After `timeoutMs` it rejects, telling what the probe gave or threw last.
 */
export const until = async <Value>(
  probe: () => Value | Promise<Value>,
  { timeoutMs = 5_000 }: { timeoutMs?: number } = {},
): Promise<NonNullable<Value>> => {
  const deadline = Date.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 20)) {
    let last: unknown;
    try {
      const value = await probe();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (Date.now() >= deadline)
      throw new Error(`not so within ${timeoutMs} ms: ${probe.toString()}; last: ${String(last)}`, {
        cause: last,
      });
    await delay(pauseMs);
  }
};
