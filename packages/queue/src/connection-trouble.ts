import { isReskueError } from '@reskue/core/protocol';

/** Whether Redis did not answer, rather than answered with an error. */
export function isConnectionTrouble(error: unknown): boolean {
  if (isReskueError(error)) return error.code === 'RESKUE_NOT_CONNECTED';
  // ioredis has no codes for these.
  return (
    error instanceof Error &&
    /^(Connection is closed|Command timed out|Reached the max retries|Command aborted)/.test(error.message)
  );
}
