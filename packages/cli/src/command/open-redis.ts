import type { Connection } from '@reskue/core';
import type { Queue } from '@reskue/queue';
import type { ConnectionConfig } from '../config/connection-config.js';
import { redact } from '../config/redact.js';
import { CommandStop } from './command-stop.js';
import { exitCodes } from './exit-codes.js';

/** A connected Redis: its Queue for all that Queue can do, its Connection for the rest. */
export interface Redis {
  readonly queue: Queue;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** Attempts before the first success: a server that is not there is told at once, not after the whole timeout. */
const ATTEMPTS = 3;

/**
 * Connects within the configured time. ioredis is loaded here and not before.
 * @throws CommandStop: unreachable, or usage when the options can not be right.
 */
export async function openRedis(
  config: ConnectionConfig,
  warn: (text: string) => void,
  /** False: a command without an answer fails, and is not sent again after a reconnect. */
  { isSentAgain = true }: { isSentAgain?: boolean } = {},
): Promise<Redis> {
  const [{ Connection, isReskueError }, { Queue }, { reconnectDelay }] = await Promise.all([
    import('@reskue/core'),
    import('@reskue/queue'),
    import('@reskue/core/protocol'),
  ]);
  let connected = false;
  const retryStrategy = (attempt: number) =>
    connected || attempt < ATTEMPTS ? reconnectDelay(attempt) : null;
  try {
    const connection = new Connection({
      ...config,
      options: {
        retryStrategy,
        ...(!isSentAgain && { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 }),
      },
    });
    connection.on('error', (error: unknown) => {
      if (connected) warn(error instanceof Error ? error.message : String(error));
    });
    await connection.connect();
    connected = true;
    const queue = new Queue({ connection });
    queue.on('error', (error: unknown) => warn(error instanceof Error ? error.message : String(error)));
    await queue.connect();
    const close = async () => {
      await queue.end();
      connection.end();
    };
    return { queue, connection, close };
  } catch (error) {
    if (!isReskueError(error)) throw error;
    const code = error.code === 'RESKUE_OPTION_INVALID' ? exitCodes.usage : exitCodes.unreachable;
    throw new CommandStop(code, redact(error.message), { cause: error });
  }
}
