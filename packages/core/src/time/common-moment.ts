/**
 * Milliseconds until the next of the moments at which everything happens that this process does each `everyMs`: the
 * multiples of it, on a clock of the process's own. An idle process wakes the less often for it.
 */
export const untilCommonMoment = (everyMs: number): number =>
  Math.max(1, Math.ceil(everyMs - (performance.now() % everyMs)));
