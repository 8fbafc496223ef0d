import type { Calling } from './calling.js';
import type { CatchUp } from './schedule-definition.js';

/**
 * A tick that is later than this was missed, and `catchUp` says what becomes of it; an earlier one is fired in any case.
 * Longer than it takes to follow a leader that was killed (15 s).
 */
export const graceMs = 30_000;
/** So many missed ticks are caught up at most, the latest. */
export const mostCaughtUp = 1_000;

export interface DueQuestion {
  calling: Calling;
  sinceMs: number;
  /** Up to which tick all is decided. */
  decidedMs: number;
  nowMs: number;
  catchUp: CatchUp;
}

/** The ticks that are to be fired now, the earliest first. */
export function dueTicks({ calling, sinceMs, decidedMs, nowMs, catchUp }: DueQuestion): number[] {
  const next = (at: number): number => calling.after(sinceMs, at);
  const missedUntil = nowMs - graceMs;
  const recent: number[] = [];
  for (let at = next(Math.max(decidedMs, missedUntil)); at <= nowMs; at = next(at)) recent.push(at);
  if (catchUp === 'none' || decidedMs >= missedUntil) return recent;
  if (catchUp === 'all') return [...latestTicks(next, decidedMs, missedUntil, mostCaughtUp), ...recent];
  return recent.length > 0 ? recent : latestTicks(next, decidedMs, missedUntil, 1);
}

/** The latest ticks after one instant, up to another and including it; ascending. */
function latestTicks(next: (at: number) => number, after: number, until: number, most: number): number[] {
  const found: number[] = [];
  // Ticks fall on whole milliseconds.
  let before = Math.floor(until) + 1;
  let gap = 1_000;
  while (found.length < most) {
    const tick = lastBefore(next, after, before, gap);
    if (tick === undefined) break;
    found.push(tick);
    gap = Math.max(1, before - tick);
    before = tick;
  }
  return found.reverse();
}

/** The last tick between two instants; it looks back by `width`, twice as far each time, and halves its way from there. */
function lastBefore(
  next: (at: number) => number,
  after: number,
  before: number,
  width: number,
): number | undefined {
  let from = before;
  for (let back = width + 1; from > after; back *= 2) {
    from = Math.max(after, before - back);
    if (next(from) < before) break;
  }
  let tick = next(from);
  if (tick >= before) return undefined;
  for (let end = before; ;) {
    const following = next(tick);
    if (following >= before) return tick;
    const middle = tick + Math.floor((end - tick) / 2);
    const later = next(middle);
    if (later < before) tick = later;
    else {
      end = middle;
      tick = following;
    }
  }
}
