/** What a MultiWorker knows when it decides how many workers it wants. */
export interface Staffing {
  running: boolean;
  /** Workers that stay. */
  workers: number;
  /** Workers that were let go and still have a job to finish. */
  leaving: number;
  /** Of those that stay, how many have a job in hand. */
  busy: number;
  minimum: number;
  maximum: number;
  /** The event loop is too late for one more. */
  blocked: boolean;
}

/** `+` one more worker, `-` one less, `--` none at all, `x` as it is: the verbs of `multiWorkerAction`. */
export type Verb = '+' | '-' | '--' | 'x';

/**
 * node-resque's rule, the first line that holds; but the minimum is reached whatever the event loop does, and a worker that
 * still finishes its job counts towards the maximum.
 */
export function decide({ running, workers, leaving, busy, minimum, maximum, blocked }: Staffing): Verb {
  if (!running) return workers > 0 ? '--' : 'x';
  if (workers < minimum) return '+';
  if (blocked) return workers > minimum ? '-' : 'x';
  const share = workers === 0 ? 1 : busy / workers;
  if (share > 0.5 && workers + leaving < maximum) return '+';
  if (share < 0.5 && workers > minimum) return '-';
  return 'x';
}
