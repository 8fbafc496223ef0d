import { setTimeout as sleep } from 'node:timers/promises';
import { isReskueError, type Connection, type ReskueError } from '@reskue/core';
import type { Logger } from 'pino';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { redact } from '../../config/redact.js';
import { errorFields } from '../log/create-log.js';
import { Seldom } from '../log/seldom.js';

/** Asked anew each time: the compiler takes a property for unchanged after an await. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;
const sayAgainMs = 30_000;

/**
 * Connects, however long it takes: a container may be up before its Redis. Says so at once, and each half minute. Resolves
 * also when it is told to stop.
 * @throws CommandStop: unreachable after `patienceMs`, or where waiting cannot help (a refused password, no Redis)
 */
export async function connectPatiently(
  connection: Connection,
  log: Logger,
  ended: AbortSignal,
  patienceMs = Infinity,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  const seldom = new Seldom(sayAgainMs);
  const say = (error: Error): void =>
    seldom.say('away', () => log.warn({ error: redact(error.message) }, 'waiting for Redis'));
  const warn = (warning: Error): void => log.warn(errorFields(warning, log), 'warning');
  connection.on('error', say);
  connection.on('warning', warn);
  // What waits for an answer does not outlast the end.
  const stop = (): void => connection.end();
  ended.addEventListener('abort', stop, { once: true });
  try {
    while (!ended.aborted) {
      try {
        await connection.connect();
        return;
      } catch (error) {
        if (isOver(ended)) return;
        if (!isReskueError(error)) throw error;
        const isAway = error.code === 'RESKUE_CONNECTION_FAILED' && Date.now() < deadline;
        if (!isAway) throw new CommandStop(exitCodeOf(error), error.message, { cause: error });
        say(error);
        await sleep(250, undefined, { signal: ended }).catch(() => undefined);
      }
    }
  } finally {
    ended.removeEventListener('abort', stop);
    connection.off('error', say);
    connection.off('warning', warn);
  }
}

const exitCodeOf = ({ code }: ReskueError): number =>
  code === 'RESKUE_OPTION_INVALID' ? exitCodes.usage : exitCodes.unreachable;
