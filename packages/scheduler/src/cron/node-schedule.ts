import type schedule from 'node-schedule';
import type { CronField } from './cron-field.js';

export const dayMs = 86_400_000;

let library: typeof schedule | undefined;

/**
 * Loads node-schedule, and what it brings: 9 MB and 30 ms that a process without recurring jobs need not pay. To be awaited
 * before the first calendar is asked.
 */
export async function loadCalendars(): Promise<void> {
  library ??= (await import('node-schedule')).default;
}

/** Which days of the calendar are meant; a day is told by its midnight, epoch ms as if in UTC. */
export type Calendar = (from: number) => number;

/** The part of a cron line that chooses days. */
export interface DayFields {
  day: CronField;
  month: CronField;
  weekday: CronField;
}

/**
 * The days that a cron line means, as node-schedule's rules find them: the first one at or after a midnight. Where both
 * day fields are given, either will do, as in every cron. The time of day is not asked of node-schedule: it walks there by
 * minutes, at a millisecond of work a schedule.
 */
export function calendarOf({ day, month, weekday }: DayFields): Calendar {
  const searches: Calendar[] = [];
  const search = (
    days: number[] | null,
    weekdays: number[] | null,
    isMeant: (date: Date) => boolean = () => true,
  ): void => {
    searches.push(searchOf({ months: month.values, days, weekdays }, isMeant));
  };
  const isAnyDay = day.values === null && day.fromEnd.length === 0;
  const isAnyWeekday = weekday.values === null && weekday.nth.length === 0;
  if (isAnyDay && isAnyWeekday) search(null, null);
  if (day.values !== null && day.values.length > 0 && hasDate(month, day.values))
    search([...day.values], null);
  for (const fromEnd of day.fromEnd) search(null, null, (date) => daysLeft(date) === fromEnd - 1);
  if (weekday.values !== null && weekday.values.length > 0) search(null, [...weekday.values]);
  for (const { weekday: one, nth } of weekday.nth) search(null, [one], (date) => isNth(date, nth));
  return (from) => Math.min(...searches.map((next) => next(from)));
}

interface Rule {
  months: readonly number[] | null;
  days: number[] | null;
  weekdays: number[] | null;
}

function searchOf(wanted: Rule, isMeant: (date: Date) => boolean): Calendar {
  let rule: schedule.RecurrenceRule | undefined;
  return (from) => {
    rule ??= ruleOf(wanted);
    for (let at = from; ; at += dayMs) {
      // It looks for what comes after an instant.
      at = rule.nextInvocationDate(new Date(at - 1_000)).getTime();
      if (isMeant(new Date(at))) return at;
    }
  };
}

function ruleOf({ months, days, weekdays }: Rule): schedule.RecurrenceRule {
  if (library === undefined) throw new Error('await loadCalendars() before asking a calendar');
  const rule = new library.RecurrenceRule();
  rule.tz = 'UTC';
  if (months !== null) rule.month = months.map((month) => month - 1);
  if (days !== null) rule.date = days;
  if (weekdays !== null) rule.dayOfWeek = weekdays;
  rule.hour = 0;
  rule.minute = 0;
  rule.second = 0;
  return rule;
}

/** Whether one of the dates is in one of the months: node-schedule looks for the 30th of February for ever. */
function hasDate(month: CronField, dates: readonly number[]): boolean {
  // 2024 is a leap year.
  const lengths = (month.values ?? [1]).map((one) => new Date(Date.UTC(2024, one, 0)).getUTCDate());
  return Math.min(...dates) <= Math.max(...lengths);
}

function daysLeft(date: Date): number {
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return last - date.getUTCDate();
}

const isNth = (date: Date, nth: number): boolean =>
  nth === -1 ? daysLeft(date) < 7 : Math.ceil(date.getUTCDate() / 7) === nth;
