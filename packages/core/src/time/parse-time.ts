// Ruby writes the zone's name, and JavaScript's Date knows the American ones only.
const ZONES: Readonly<Record<string, string>> = {
  WET: '+00:00',
  BST: '+01:00',
  WEST: '+01:00',
  CET: '+01:00',
  CEST: '+02:00',
  EET: '+02:00',
  SAST: '+02:00',
  EEST: '+03:00',
  MSK: '+03:00',
  IST: '+05:30',
  HKT: '+08:00',
  SGT: '+08:00',
  AWST: '+08:00',
  JST: '+09:00',
  KST: '+09:00',
  AEST: '+10:00',
  AEDT: '+11:00',
  NZST: '+12:00',
  NZDT: '+13:00',
};

/**
 * Reads any time that Resque, resque-scheduler or node-resque writes (all of WIRE's forms, epoch seconds too); epoch ms,
 * or undefined. A zone name nobody knows counts as UTC: off by hours is better than "no time" for an age of days.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value * 1_000 : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,12}(\.\d+)?$/.test(value)) return Number(value) * 1_000;
  const ruby =
    /^(\d{4})[/-](\d\d)[/-](\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?) ?([A-Z]{2,5}|[+-]\d\d:?\d\d)?$/.exec(value);
  const atMs = Date.parse(ruby === null ? value : isoOf(ruby));
  return Number.isNaN(atMs) ? undefined : atMs;
}

function isoOf([, year, month, day, time, zone = 'UTC']: RegExpExecArray): string {
  const known = /^[+-]/.test(zone) ? zone.replace(/^(...)(\d\d)$/, '$1:$2') : ZONES[zone];
  const iso = `${String(year)}-${String(month)}-${String(day)}T${String(time)}`;
  if (known !== undefined) return iso + known;
  const american = Date.parse(`${String(year)}/${String(month)}/${String(day)} ${String(time)} ${zone}`);
  return Number.isNaN(american) ? `${iso}Z` : new Date(american).toISOString();
}
