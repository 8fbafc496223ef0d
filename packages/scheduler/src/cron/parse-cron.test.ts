import { expect, test } from 'vitest';
import { parseCron } from './parse-cron.js';

test.each([
  ['* * * * *', undefined],
  ['0 3 * * * Europe/Berlin', 'Europe/Berlin'],
  ['30 0 3 * * * Europe/Berlin', 'Europe/Berlin'],
  ['0 3 * * * UTC', 'UTC'],
  ['0 3 * * mon-fri', undefined],
  ['0 3 * * MON', undefined],
  ['0 0 3 * * SUN', undefined],
  ['0 3 * * 1-5 America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ['0 3 * * * EST5EDT', 'EST5EDT'],
  ['0 3 * * * +02:00', '+02:00'],
  ['@daily', undefined],
  ['@hourly Asia/Tokyo', 'Asia/Tokyo'],
  ['  0  3 * * *  ', undefined],
])('%s has the zone %s', (line, zone) => {
  expect(parseCron(line).zone).toBe(zone);
});

test.each([
  ['60 * * * *', 1, 'minute', '"60"'],
  ['0 24 * * *', 3, 'hour', '"24"'],
  ['0 3 0 * *', 5, 'day of month', '"0"'],
  ['0 3 32 * *', 5, 'day of month', '"32"'],
  ['0 3 * 13 *', 7, 'month', '"13"'],
  ['0 3 * foo *', 7, 'month', '"foo"'],
  ['0 3 * * 8', 9, 'day of week', '"8"'],
  ['0 3 * * mond', 9, 'day of week', '"mond"'],
  ['0 3 * * mon#6', 13, 'day of week', '"6"'],
  ['0 3 * * mon-', 13, 'day of week', 'nothing'],
  ['0,61 * * * *', 3, 'minute', '"61"'],
  ['0,,5 * * * *', 3, 'minute', 'nothing'],
  ['5, * * * *', 3, 'minute', 'nothing'],
  ['0-61 * * * *', 3, 'minute', '"61"'],
  ['*/0 * * * *', 3, 'minute', '"0"'],
  ['*/ * * * *', 3, 'minute', 'nothing'],
  ['*/90 * * * *', 3, 'minute', '"90"'],
  ['1-5-7 * * * *', 3, 'minute', '"5-7"'],
  ['-5 * * * *', 1, 'minute', '"-5"'],
  ['? * * * *', 1, 'minute', '"?"'],
  ['1.5 * * * *', 1, 'minute', '"1.5"'],
  ['61 0 3 * * *', 1, 'second', '"61"'],
  ['0 0 3 * * 9', 11, 'day of week', '"9"'],
  ['0 3 -32 * *', 5, 'day of month', '"-32"'],
  ['0 3 30 2 *', 5, 'day of month', '"30"'],
  ['0 3 31 2,4,jun *', 5, 'day of month', '"31"'],
  ['0 3 * * * Europe/Atlantis', 11, 'time zone', '"Europe/Atlantis"'],
  ['0 3 * * * Nowhere', 11, 'time zone', '"Nowhere"'],
  ['0 3 * * * +99:00', 11, 'time zone', '"+99:00"'],
  ['0 3 * *', 8, 'day of week', '4'],
  ['* * * * * * *', 13, 'line', '7'],
  ['', 1, 'minute', '0'],
  ['@fortnightly', 1, 'line', '"@fortnightly"'],
])('%s is refused at position %i, %s', (line, position, field, got) => {
  expect(() => parseCron(line)).toThrow(
    expect.objectContaining({
      code: 'RESKUE_CRON_INVALID',
      message: expect.stringContaining(
        `Cron line "${line}", position ${position} (${field}): expected `,
      ) as string,
    }) as Error,
  );
  expect(() => parseCron(line)).toThrow(new RegExp(`, got ${got.replace(/[+?.*]/g, '\\$&')}$`));
});
