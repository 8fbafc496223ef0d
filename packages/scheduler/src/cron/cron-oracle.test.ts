import { beforeAll, expect, test } from 'vitest';
import type { CronField } from './cron-field.js';
import { cronTiming } from './cron-timing.js';
import { loadCalendars } from './node-schedule.js';
import { parseCron } from './parse-cron.js';

beforeAll(loadCalendars);

/** The same numbers in every run. */
function lots(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomField(draw: (below: number) => number, min: number, max: number): string {
  const value = (): number => min + draw(max - min + 1);
  const [one, other] = [value(), value()].sort((a, b) => a - b) as [number, number];
  return (
    ['*', '*', '*', `${one}`, `${one}-${other}`, `*/${1 + draw(Math.min(max, 20))}`, `${one},${other}`][
      draw(7)
    ] ?? '*'
  );
}

const has = ({ values }: CronField, value: number): boolean => values?.includes(value) ?? true;

/** Minute by minute, as the page tells it; all months have the days that are drawn. */
function slowly(line: string, from: number, to: number): number[] {
  const { minute, hour, day, month, weekday } = parseCron(line);
  const found: number[] = [];
  for (let at = from; at < to; at += 60_000) {
    const date = new Date(at);
    if (!has(minute, date.getUTCMinutes()) || !has(hour, date.getUTCHours())) continue;
    if (!has(month, date.getUTCMonth() + 1)) continue;
    const [isDay, isWeekday] = [has(day, date.getUTCDate()), has(weekday, date.getUTCDay())];
    const either = day.values !== null && weekday.values !== null;
    if (either ? isDay || isWeekday : isDay && isWeekday) found.push(at);
  }
  return found;
}

test('100 lines at random have the ticks that a walk minute by minute finds in four weeks', () => {
  const draw = lots(7);
  for (let n = 0; n < 100; n += 1) {
    const fields = [
      [0, 59],
      [0, 23],
      [1, 28],
      [1, 12],
      [0, 6],
    ] as const;
    const line = `${fields.map(([min, max]) => randomField(draw, min, max)).join(' ')} UTC`;
    const from = Date.UTC(2026, draw(24), 1 + draw(28));
    const to = from + 28 * 86_400_000;
    const timing = cronTiming(parseCron(line));
    const found: number[] = [];
    for (let at = timing(from - 1); at < to; at = timing(at)) found.push(at);
    expect(found, line).toEqual(slowly(line, from, to));
  }
});
