import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '@reskue/core/protocol';

/** Who tries, and until when. */
export interface Patience {
  readonly isClosed: boolean;
  readonly connection: Connection;
  report(error: unknown): void;
}

/** Tries until Redis answers; `undefined` once nobody waits for the answer any more. */
export async function untilAnswered<Answer>(
  patience: Patience,
  attempt: () => Promise<Answer>,
  mayStop: () => boolean,
): Promise<Answer | undefined> {
  // Asked anew each time: the compiler takes a property for unchanged after an await.
  const isOver = (): boolean => patience.isClosed;
  for (let pauseMs = 25; !isOver(); pauseMs = Math.min(pauseMs * 2, 1_000)) {
    try {
      return await attempt();
    } catch (error) {
      // The last member has left meanwhile, and its connection with it.
      if (isOver()) return undefined;
      patience.report(error);
      if (mayStop() && patience.connection.client.status !== 'ready') return undefined;
      await sleep(pauseMs);
    }
  }
  return undefined;
}
