import { setTimeout as sleep } from 'node:timers/promises';
import { isReskueError, type Connection } from '@reskue/core';

const pauseMs = 100;

/**
 * Sends something for a job in hand until Redis answers, be it with a refusal: an outage is no reason to fail a job, whose
 * end waits for Redis just the same. May be sent more than once. Rejects with a refusal, and when the connection was ended.
 */
export async function untilAnswered<Answer>(
  connection: Connection,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (isAnswer(error) || isReskueError(error) || connection.client.status === 'end') throw error;
    }
    await sleep(pauseMs);
  }
}

/** What Redis says to every command for a while: as it starts, after a failover, as its password is being changed. */
const TRANSIENT = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY|NOAUTH)\b/;

/** Redis said no; everything else says that it is away, or slow. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ReplyError' && !TRANSIENT.test(error.message);
