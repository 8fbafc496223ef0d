import { calendarOf, dayMs, type Calendar } from './node-schedule.js';
import type { CronLine } from './parse-cron.js';
import { zoneNamed, type ClockChange } from './zone.js';

/** A way of telling times: the first tick after an instant, epoch ms. */
export type Timing = (after: number) => number;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/**
 * The ticks of a cron line. Cron lines tell what the clocks show, and twice a year the clocks are changed:
 *
 * - A time that the clocks skip (02:30 in spring) comes as much later as they jumped: at 03:30, once.
 * - A time that they show twice (02:30 in autumn) comes once, the first time. Only lines for every hour come in both.
 *
 * So a daily line has one tick a day, and an hourly one a tick an hour.
 */
export function cronTiming(line: CronLine): Timing {
  const zone = zoneNamed(line.zone);
  const next = clockTimes(line);
  const isHourly = line.hour.values === null;
  return (after) => {
    // It tells what the clocks skipped, or show for the second time now.
    let change = zone.change(after - dayMs, after);
    let from = after;
    for (;;) {
      const offset = change?.after ?? zone.offset(from);
      const found = nextInStretch({ next, isHourly, offset, change, from });
      const ahead = zone.change(Math.max(from, change?.at ?? from), found);
      if (ahead === undefined) return found;
      from = ahead.at - 1;
      change = ahead;
    }
  };
}

interface Stretch {
  next: Timing;
  isHourly: boolean;
  offset: number;
  /** With which the stretch of one offset began, where that matters still. */
  change: ClockChange | undefined;
  from: number;
}

/** The first tick after `from`, were the clocks never changed again. */
function nextInStretch({ next, isHourly, offset, change, from }: Stretch): number {
  let shown = from + offset;
  if (change !== undefined && change.after < change.before && !isHourly) {
    // What they showed up to the change comes no second time.
    shown = Math.max(shown, change.at + change.before - 1);
  }
  const plain = next(shown) - offset;
  if (change === undefined || change.after <= change.before || isHourly) return plain;
  const skippedFrom = Math.max(from + change.before, change.at + change.before - 1);
  const skipped = next(skippedFrom);
  if (skipped >= change.at + change.after) return plain;
  return Math.min(plain, skipped - change.before);
}

/** The times that a line names, on clocks that are never changed: epoch ms as if in UTC. */
function clockTimes({ second, minute, hour, ...days }: CronLine): Timing {
  const calendar = remembering(calendarOf(days));
  const [seconds, minutes, hours] = [
    second.values ?? upTo(60),
    minute.values ?? upTo(60),
    hour.values ?? upTo(24),
  ];
  const first = timeOf(hours[0] ?? 0, minutes[0] ?? 0, seconds[0] ?? 0);
  return (after) => {
    const today = Math.floor(after / dayMs) * dayMs;
    if (calendar(today) === today) {
      const time = timeAfter(hours, minutes, seconds, after - today);
      if (time !== undefined) return today + time;
    }
    return calendar(today + dayMs) + first;
  };
}

/** Many ticks are of one day: its calendar is asked once. */
function remembering(calendar: Calendar): Calendar {
  let asked = NaN;
  let answer = NaN;
  return (from) => {
    // Any day between the question and its answer has the same answer.
    if (from >= asked && from <= answer) return answer;
    asked = from;
    answer = calendar(from);
    return answer;
  };
}

const timeOf = (hour: number, minute: number, second: number): number =>
  ((hour * 60 + minute) * 60 + second) * 1_000;

/** The first time of day after another; undefined when there is none left. */
function timeAfter(
  hours: readonly number[],
  minutes: readonly number[],
  seconds: readonly number[],
  after: number,
): number | undefined {
  const shown = Math.floor(after / 1_000) + 1;
  const [hour, minute, second] = [Math.floor(shown / 3_600), Math.floor(shown / 60) % 60, shown % 60];
  for (const one of hours) {
    if (one < hour) continue;
    const isThisHour = one === hour;
    for (const other of minutes) {
      if (isThisHour && other < minute) continue;
      const isThisMinute = isThisHour && other === minute;
      const found = isThisMinute ? seconds.find((each) => each >= second) : seconds[0];
      if (found !== undefined) return timeOf(one, other, found);
    }
  }
  return undefined;
}
