/** The fields of a cron line, in their order; `second` may be left out. */
export type CronFieldName = 'second' | 'minute' | 'hour' | 'day of month' | 'month' | 'day of week';

interface FieldRange {
  min: number;
  max: number;
  /** Names that stand for numbers, from `min` on. */
  names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
export const weekdayNames: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const ranges: Readonly<Record<CronFieldName, FieldRange>> = {
  second: { min: 0, max: 59 },
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  'day of month': { min: 1, max: 31 },
  month: { min: 1, max: 12, names: months },
  // 7 is Sunday, too.
  'day of week': { min: 0, max: 7, names: weekdayNames },
};

/** What a field means; the last three are for days only. */
export interface CronField {
  /** Ascending, each once; null: any. */
  values: readonly number[] | null;
  /** Days of the month counted from its end, 1 being the last (`L`). */
  fromEnd: readonly number[];
  /** A weekday by its number within the month (`mon#2`); -1 is the last one (`mon#-1`, `monL`). */
  nth: readonly { weekday: number; nth: number }[];
}

/** What is wrong with a field, and where: the index in the field's text. */
export class CronFieldProblem {
  constructor(
    readonly at: number,
    readonly expected: string,
    readonly got: string,
  ) {}
}

/** Reads one field; throws a CronFieldProblem. */
export function parseCronField(name: CronFieldName, text: string): CronField {
  if (text === '*' || (text === '?' && isDay(name))) return { values: null, fromEnd: [], nth: [] };
  const field = { values: new Set<number>(), fromEnd: [] as number[], nth: [] as CronField['nth'][number][] };
  let at = 0;
  for (const item of text.split(',')) {
    readItem(name, item, at, field);
    at += item.length + 1;
  }
  const { min, max } = ranges[name];
  const all = max - min + 1 - (name === 'day of week' ? 1 : 0);
  // All of them, in so many words, are any: but only the bare star leaves the choice of days to the other field.
  const isAny = field.values.size === all && !isDay(name);
  const values = isAny ? null : [...field.values].sort((one, other) => one - other);
  return { values, fromEnd: field.fromEnd, nth: field.nth };
}

interface Gathered {
  values: Set<number>;
  fromEnd: number[];
  nth: { weekday: number; nth: number }[];
}

function readItem(name: CronFieldName, item: string, at: number, field: Gathered): void {
  if (item === '') throw new CronFieldProblem(at, `${article(name)} before and after each comma`, 'nothing');
  if (readSpecial(name, item, at, field)) return;
  const slash = item.indexOf('/');
  const base = slash < 0 ? item : item.slice(0, slash);
  const step = slash < 0 ? 1 : readStep(name, item.slice(slash + 1), at + slash + 1);
  const { first, last } = readRange(name, base, at, slash >= 0);
  for (const value of stepped(name, first, last, step)) field.values.add(value);
}

/** `L`, `-2`, `mon#2`, `monL`: true when it was one. */
function readSpecial(name: CronFieldName, item: string, at: number, field: Gathered): boolean {
  if (name === 'day of month') {
    const [, digits] = /^(?:L|last|-(\d+))$/i.exec(item) ?? [];
    if (!/^(?:L|last|-\d+)$/i.test(item)) return false;
    const fromEnd = digits === undefined ? 1 : Number(digits);
    if (fromEnd < 1 || fromEnd > 31)
      throw new CronFieldProblem(at, 'a day from -1 (the last) to -31', `"${item}"`);
    field.fromEnd.push(fromEnd);
    return true;
  }
  const [, day = '', nth] = /^([^#]+?)(?:#(.*)|L)$/i.exec(item) ?? [];
  if (name !== 'day of week' || day === '') return false;
  const weekday = readValue(name, day, at) % 7;
  const count = nth === undefined || /^(?:L|last)$/i.test(nth) ? -1 : Number(nth);
  if (!/^(?:[1-5]|-1)$/.test(String(count)))
    throw new CronFieldProblem(
      at + day.length + 1,
      'a number from 1 to 5, or -1 for the last',
      quoted(nth ?? ''),
    );
  field.nth.push({ weekday, nth: count });
  return true;
}

function readStep(name: CronFieldName, text: string, at: number): number {
  const { max } = ranges[name];
  const step = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (step < 1 || step > max) throw new CronFieldProblem(at, `a step from 1 to ${max}`, quoted(text));
  return step;
}

function readRange(
  name: CronFieldName,
  text: string,
  at: number,
  hasStep: boolean,
): { first: number; last: number } {
  const { min, max } = ranges[name];
  const end = name === 'day of week' ? 6 : max;
  if (text === '*' || (text === '?' && isDay(name))) return { first: min, last: end };
  const dash = text.indexOf('-', 1);
  if (dash < 0) {
    const first = readValue(name, text, at);
    return { first, last: hasStep ? Math.max(end, first) : first };
  }
  return {
    first: readValue(name, text.slice(0, dash), at),
    last: readValue(name, text.slice(dash + 1), at + dash + 1),
  };
}

/** From first to last by steps; past the end it goes on at the beginning (`22-4`, `fri-mon`), as in Ruby. */
function stepped(name: CronFieldName, first: number, last: number, step: number): number[] {
  const { min, max } = ranges[name];
  const isWeek = name === 'day of week';
  const count = isWeek ? 7 : max - min + 1;
  const length = last >= first ? last - first : last + count - first;
  const values: number[] = [];
  for (let offset = 0; offset <= length; offset += step) values.push(((first - min + offset) % count) + min);
  return values;
}

function readValue(name: CronFieldName, text: string, at: number): number {
  const { min, max, names } = ranges[name];
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + min;
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (value < min || value > max)
    throw new CronFieldProblem(at, `${article(name)} from ${min} to ${max}`, quoted(text));
  return value;
}

const isDay = (name: CronFieldName): boolean => name === 'day of month' || name === 'day of week';
const article = (name: CronFieldName): string => `${name === 'hour' ? 'an' : 'a'} ${name}`;
const quoted = (text: string): string => (text === '' ? 'nothing' : `"${text}"`);
