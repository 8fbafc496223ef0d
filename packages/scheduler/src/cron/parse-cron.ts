import { ReskueError } from '@reskue/core';
import {
  CronFieldProblem,
  parseCronField,
  weekdayNames,
  type CronField,
  type CronFieldName,
} from './cron-field.js';
import { isZone } from './zone.js';

/** A cron line that was read. */
export interface CronLine {
  second: CronField;
  minute: CronField;
  hour: CronField;
  day: CronField;
  month: CronField;
  weekday: CronField;
  /** The zone at its end; undefined where there is none. */
  zone: string | undefined;
}

const names: readonly CronFieldName[] = ['second', 'minute', 'hour', 'day of month', 'month', 'day of week'];
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const nicknames: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@noon': '0 12 * * *',
  '@hourly': '0 * * * *',
};

interface Word {
  text: string;
  at: number;
}

/**
 * Reads a cron line as Ruby's scheduler writes them: five fields, or six with the second in front, and a zone at the end.
 * @throws RESKUE_CRON_INVALID with the line, the position (from 1) and the field
 */
export function parseCron(line: string): CronLine {
  let words: Word[] = [...line.matchAll(/\S+/g)].map(({ 0: text, index }) => ({ text, at: index }));
  const zone = zoneOf(words);
  if (zone !== undefined) words = words.slice(0, -1);
  if (zone !== undefined && !isZone(zone.text)) {
    throw invalid(line, zone.at, 'time zone', 'the name of a zone, such as Europe/Berlin', `"${zone.text}"`);
  }
  const [first] = words;
  if (first?.text.startsWith('@')) {
    const known = Object.hasOwn(nicknames, first.text.toLowerCase()) && words.length === 1;
    if (!known)
      throw invalid(
        line,
        first.at,
        'line',
        `five fields, or one of ${Object.keys(nicknames).join(', ')}`,
        `"${first.text}"`,
      );
    return { ...parseCron(nicknames[first.text.toLowerCase()] ?? ''), zone: zone?.text };
  }
  if (words.length < 5 || words.length > 6) {
    const at = words[6]?.at ?? line.trimEnd().length;
    const field = words.length > 6 ? 'line' : (names[words.length + 1] ?? 'line');
    throw invalid(line, at, field, 'five fields, or six with seconds in front', `${words.length}`);
  }
  if (words.length === 5) words = [{ text: '0', at: 0 }, ...words];
  const fields = words.map((word, index) => readField(line, names[index] ?? 'second', word));
  // Six, as was counted above.
  const [second, minute, hour, day, month, weekday] = fields as [
    CronField,
    CronField,
    CronField,
    CronField,
    CronField,
    CronField,
  ];
  if (!hasDay(day, month, weekday)) {
    throw invalid(
      line,
      words[3]?.at ?? 0,
      'day of month',
      'a day that one of the months has',
      `"${words[3]?.text ?? ''}"`,
    );
  }
  return { second, minute, hour, day, month, weekday, zone: zone?.text };
}

function readField(line: string, name: CronFieldName, { text, at }: Word): CronField {
  try {
    return parseCronField(name, text);
  } catch (problem) {
    if (!(problem instanceof CronFieldProblem)) throw problem;
    throw invalid(line, at + problem.at, name, problem.expected, problem.got);
  }
}

/** The last word, where it looks like a zone rather than a day of the week. */
function zoneOf(words: readonly Word[]): Word | undefined {
  const last = words.at(-1);
  if (last === undefined || words.length < 2) return undefined;
  if (/^[+-]\d\d:?\d\d$/.test(last.text)) return last;
  if (!/^[A-Za-z]\w*(?:[/+-]?[\w+-]+)*$/.test(last.text)) return undefined;
  const begin = last.text.slice(0, 3).toLowerCase();
  const isWeekday = weekdayNames.includes(begin) && /^(?:[-,#/L].*)?$/i.test(last.text.slice(3));
  // A fifth word can be no zone: the line would have four fields.
  const isFirstFive = words.length <= 5 && !words[0]?.text.startsWith('@');
  return isWeekday || isFirstFive || /^L$/i.test(last.text) ? undefined : last;
}

/** Whether there is such a day in any year: the 30th of February is none, and waiting for it would take for ever. */
function hasDay(day: CronField, month: CronField, weekday: CronField): boolean {
  const isAnyDay = day.values === null && day.fromEnd.length === 0 && day.nth.length === 0;
  if (isAnyDay || weekday.values !== null || weekday.nth.length > 0) return true;
  const lengths = (month.values ?? longest.map((_, index) => index + 1)).map((one) => longest[one - 1] ?? 31);
  const most = Math.max(...lengths);
  return (day.values ?? []).some((one) => one <= most) || day.fromEnd.some((one) => one <= most);
}

function invalid(line: string, at: number, field: string, expected: string, got: string): ReskueError {
  return new ReskueError(
    'RESKUE_CRON_INVALID',
    `Cron line "${line}", position ${at + 1} (${field}): expected ${expected}, got ${got}`,
  );
}
