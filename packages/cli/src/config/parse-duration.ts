const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)/g;

/** Milliseconds of `90s`, `5m`, `1h30m` or `1.5d`; a bare number counts in `unitMs`. Undefined for anything else. */
export function parseDuration(text: string, unitMs = 1_000): number | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * unitMs;
  if (trimmed === '' || trimmed.replaceAll(PART, '').trim() !== '') return undefined;
  let total = 0;
  for (const [, count, unit] of trimmed.matchAll(PART)) total += Number(count) * (UNITS[unit ?? ''] ?? NaN);
  return Math.round(total);
}
