import type { EndOptions } from './worker-options.js';

/** Whatever ends in good order: a Worker, a MultiWorker, a Scheduler, a Queue. */
export interface Endable {
  end(options?: EndOptions): Promise<unknown>;
}

export interface SignalOptions {
  /** Milliseconds for running jobs; then they are aborted and go back to their queues. @default 30000 */
  timeout?: number;
  /** @default ["SIGTERM", "SIGINT"] */
  signals?: NodeJS.Signals[];
  /** Ends the process once everything has ended: with 0, or with 128 + n at a second signal. @default true */
  exit?: boolean;
}

/** What a shell calls the exit of a process by a signal. */
const exitCodes: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGQUIT: 131,
  SIGTERM: 143,
};

/**
 * Ends everything in good order at the first signal: nothing more is claimed, running jobs get `timeout` ms. A second
 * signal ends the process at once; leases bring its jobs back. Gives a function that takes the handlers off again.
 */
export function installSignalHandlers(
  things: Endable | readonly Endable[],
  options: SignalOptions = {},
): () => void {
  const { timeout = 30_000, signals = ['SIGTERM', 'SIGINT'], exit = true } = options;
  const all: readonly Endable[] = 'end' in things ? [things] : things;
  let isEnding = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isEnding) {
      if (exit) process.exit(exitCodes[signal] ?? 1);
      return;
    }
    isEnding = true;
    void Promise.allSettled(all.map((thing) => thing.end({ timeout }))).then(() => {
      if (exit) process.exit(0);
    });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
}
