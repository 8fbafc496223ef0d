import { ReskueError } from '@reskue/core';
import { currentJob } from './current-job.js';

/** How many started workers of this process want exceptions charged. */
let wanted = 0;

/**
 * An exception that nobody caught, and a rejection that nobody handled, are charged to the job whose code they come from:
 * it has failed, and the process goes on. Where no job is known, Node's own rule holds: other listeners, or the end of the
 * process. Counted: the handlers are there as long as somebody wants them.
 */
export function chargeCrashes(): () => void {
  wanted += 1;
  if (wanted === 1) {
    process.on('uncaughtException', onUncaught);
    process.on('unhandledRejection', onUnhandled);
  }
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    wanted -= 1;
    if (wanted === 0) removeHandlers();
  };
}

function removeHandlers(): void {
  process.off('uncaughtException', onUncaught);
  process.off('unhandledRejection', onUnhandled);
}

const onUncaught = (error: unknown): void =>
  charge(error, 'an exception that nobody caught', 'uncaughtException');
const onUnhandled = (error: unknown): void =>
  charge(error, 'a rejection that nobody handled', 'unhandledRejection');

function charge(error: unknown, what: string, event: 'uncaughtException' | 'unhandledRejection'): void {
  const context = currentJob();
  if (context) {
    const message = error instanceof Error ? error.message : String(error);
    context.crash(
      new ReskueError('RESKUE_JOB_CRASHED', `The job left ${what}: ${message}`, { cause: error }),
    );
    return;
  }
  // Somebody else listens: it is theirs. Nobody does: the process ends as it would without us.
  if (process.listenerCount(event) > 1) return;
  removeHandlers();
  setImmediate(() => {
    throw error;
  });
}
