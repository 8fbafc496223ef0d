/** When the clocks of a zone are changed, and what they show before and after; offsets in ms east of UTC. */
export interface ClockChange {
  at: number;
  before: number;
  after: number;
}

/** The clocks of one place. */
export interface Zone {
  /** Ms by which its clocks are ahead of UTC at an instant. */
  offset(at: number): number;
  /** The first change after one instant, up to and including another. */
  change(after: number, until: number): ClockChange | undefined;
}

/** No two changes of any zone lie closer together. */
const lookEveryMs = 7 * 86_400_000;
const zones = new Map<string, Zone>();

/** Whether there are clocks of this name: those of the IANA, `UTC`, `Z`, or an offset such as `+02:00`. */
export function isZone(name: string): boolean {
  try {
    zoneNamed(name);
    return true;
  } catch {
    return false;
  }
}

/** The clocks of a place; without a name those of this process (`TZ`). Throws a RangeError for an unknown name. */
export function zoneNamed(name: string = localZone()): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const offset = offsetsOf(name);
  const zone: Zone = { offset, change: (after, until) => changeIn(offset, after, until) };
  zones.set(name, zone);
  return zone;
}

const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function offsetsOf(name: string): (at: number) => number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(name) ?? [];
  if (hours !== undefined) {
    const ahead = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    if (Math.abs(ahead) >= 86_400_000) throw new RangeError(`no such offset: ${name}`);
    return () => ahead;
  }
  if (name === 'UTC' || name === 'Z') return () => 0;
  const clocks = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of clocks.formatToParts(at)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  };
}

function changeIn(offset: Zone['offset'], after: number, until: number): ClockChange | undefined {
  let from = after;
  let before = offset(from);
  while (from < until) {
    const to = Math.min(from + lookEveryMs, until);
    const later = offset(to);
    if (later !== before) return { at: boundary(offset, before, from, to), before, after: later };
    from = to;
    before = later;
  }
  return undefined;
}

/** The first instant with other clocks than `before`; `from` has them still, `to` no more. Changes fall on whole seconds. */
function boundary(offset: Zone['offset'], before: number, from: number, to: number): number {
  let low = Math.floor(from / 1_000);
  let high = Math.ceil(to / 1_000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * 1_000) === before) low = middle;
    else high = middle;
  }
  return high * 1_000;
}
