import { constants } from 'node:os';
import type { Logger } from 'pino';

/** What operators can tell a running process by signals. */
export interface Obedient {
  /** End in good order. */
  drain(): void;
  /** End at once, with this exit code. */
  stopNow(exitCode: number): void;
  quiet(): void;
  resume(): void;
  /** Replace the processes, one after the other. */
  roll?(): void;
}

const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/**
 * SIGTERM, SIGQUIT and SIGHUP end in good order, SIGINT and a second one of them at once, the next one without any order.
 * SIGTSTP and SIGUSR1 quiet, SIGCONT resumes, SIGUSR2 replaces the processes. Gives a function that stops listening.
 */
export function obeySignals(obedient: Obedient, log: Logger): () => void {
  let urgency = 0;
  const end = (signal: NodeJS.Signals): void => {
    urgency = Math.max(urgency + 1, signal === 'SIGINT' ? 2 : 1);
    if (urgency === 1) {
      log.info({ signal }, 'ending: running jobs are waited for');
      obedient.drain();
    } else if (urgency === 2) {
      log.info({ signal }, 'ending now');
      obedient.stopNow(codeOf(signal));
    } else process.exit(codeOf(signal));
  };
  const quiet = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'quiet: no more jobs are claimed until SIGCONT');
    obedient.quiet();
  };
  const resume = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'claiming again');
    obedient.resume();
  };
  const roll = (signal: NodeJS.Signals): void => {
    if (obedient.roll) obedient.roll();
    else log.warn({ signal }, 'there is nothing to replace: start with --processes; SIGTSTP quiets');
  };
  const listeners: [NodeJS.Signals, (signal: NodeJS.Signals) => void][] = [
    ['SIGTERM', end],
    ['SIGQUIT', end],
    ['SIGHUP', end],
    ['SIGINT', end],
    ['SIGTSTP', quiet],
    ['SIGUSR1', quiet],
    ['SIGCONT', resume],
    ['SIGUSR2', roll],
  ];
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}
