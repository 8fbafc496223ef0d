const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  // Ruby's scheduler takes months and years of this length.
  M: 30 * 86_400_000,
  y: 365 * 86_400_000,
  Y: 365 * 86_400_000,
};

/** The ms of `30s`, `5m`, `1h30m`, `1.5s`; undefined for what is no duration. A text without a unit is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdwMyY])\s*)+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMyY])/g))
    ms += Number(count) * (unitMs[unit] ?? 0);
  return Math.round(ms);
}

/** As Ruby's scheduler reads it: `1h30m`, `1.5s`. */
export function formatDuration(ms: number): string {
  let rest = ms;
  let text = '';
  for (const unit of ['w', 'd', 'h', 'm'] as const) {
    const count = Math.floor(rest / (unitMs[unit] ?? 1));
    if (count > 0) text += `${count}${unit}`;
    rest -= count * (unitMs[unit] ?? 1);
  }
  return rest > 0 || text === '' ? `${text}${rest / 1_000}s` : text;
}
