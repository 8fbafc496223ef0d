import { encodeArgs, ReskueError } from '@reskue/core/protocol';
import { parseCron } from '../cron/parse-cron.js';
import { isZone } from '../cron/zone.js';
import { formatDuration, parseDuration } from './duration.js';

/** What happens to ticks that came while no scheduler led for more than 30 s. */
export type CatchUp = 'none' | 'last' | 'all';
/** Whether a tick may bring a job while that of an earlier tick is waiting, delayed or working. */
export type Overlap = 'allow' | 'skip';

/** A recurring job, as users write it: either `cron` or `every`. */
export interface ScheduleDefinition {
  /** Five fields, or six with the second in front, and a zone behind if you like: `0 3 * * * Europe/Berlin`. */
  cron?: string | undefined;
  /** The interval: milliseconds, or a text such as `30s`, `5m`, `1h30m`; a second at least. */
  every?: number | string | undefined;
  /** With `every`: the time until the first tick. @default the interval */
  firstIn?: number | string | undefined;
  /** In which zone the clock of `cron` hangs: `Europe/Berlin`. @default that of the leading scheduler's process */
  timezone?: string | undefined;
  queue: string;
  class: string;
  args?: readonly unknown[] | undefined;
  description?: string | undefined;
  /** @default 'none', as in Ruby */
  catchUp?: CatchUp | undefined;
  /** @default 'allow', as in Ruby */
  overlap?: Overlap | undefined;
  /** Puts each job off by up to so long (milliseconds, or `30s`), by the same for the same tick, whoever leads. @default 0 */
  jitter?: number | string | undefined;
  /** Brings no jobs until it is resumed. Left out: as it is in Redis. */
  paused?: boolean | undefined;
}

const known = new Set([
  'cron',
  'every',
  'firstIn',
  'timezone',
  'queue',
  'class',
  'args',
  'description',
  'catchUp',
  'overlap',
  'jitter',
  'paused',
]);
const longestJitterMs = 86_400_000;
const longestEveryMs = 10 * 365 * 86_400_000;

/** Where a schedule came from, for those of the option `schedules`. */
export type Origin = 'option' | undefined;

/**
 * The JSON text of a schedule, with the member names of resque-scheduler; ours come behind them and only where they are no
 * defaults. `paused`: what to write where the definition does not say.
 * @throws RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID, RESKUE_ARGS_NOT_JSON
 */
export function encodeSchedule(
  name: string,
  given: ScheduleDefinition,
  { origin, paused }: { origin?: Origin; paused: boolean },
): string {
  const read = new DefinitionReader(name, given);
  const members: string[] = [`"class":${JSON.stringify(read.name('class'))}`];
  const add = (member: string, value: unknown): void => {
    if (value !== undefined) members.push(`"${member}":${JSON.stringify(value)}`);
  };
  add('cron', read.cron());
  add('every', read.every());
  add('queue', read.name('queue'));
  members.push(`"args":${encodeArgs(read.args())}`);
  add('description', read.text('description'));
  add('catchUp', read.choice('catchUp', ['none', 'last', 'all']));
  add('overlap', read.choice('overlap', ['allow', 'skip']));
  add('jitter', read.duration('jitter', 0, longestJitterMs) || undefined);
  add('origin', origin);
  // Last, where pausing puts it.
  add('paused', (read.flag('paused') ?? paused) || undefined);
  return `{${members.join(',')}}`;
}

class DefinitionReader {
  readonly #name: string;
  readonly #given: Readonly<Record<string, unknown>>;

  constructor(name: string, given: unknown) {
    this.#name = name;
    if (typeof name !== 'string' || name === '')
      throw new ReskueError('RESKUE_SCHEDULE_INVALID', 'Schedule: expected a name that is not empty');
    if (typeof given !== 'object' || given === null) throw this.#invalid('expected an object');
    // An object, as was just checked; its members are read as unknown.
    this.#given = given as Readonly<Record<string, unknown>>;
    const stray = Object.keys(given).find((key) => !known.has(key));
    if (stray !== undefined) throw this.#refuse(stray, `one of ${[...known].join(', ')} for a name`);
    if ((this.#given.cron == null) === (this.#given.every == null))
      throw this.#invalid('expected either "cron" or "every"');
  }

  name(member: string): string {
    const value = this.text(member);
    if (value === undefined || value === '') throw this.#refuse(member, 'a name');
    return value;
  }

  text(member: string): string | undefined {
    const value = this.#given[member] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw this.#refuse(member, 'a text');
  }

  args(): readonly unknown[] {
    const value = this.#given.args ?? [];
    // isArray gives any[].
    if (Array.isArray(value)) return value as unknown[];
    throw this.#refuse('args', 'a list');
  }

  flag(member: string): boolean | undefined {
    const value = this.#given[member] ?? undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#refuse(member, 'true or false');
  }

  /** Undefined for the first, which is the default. */
  choice(member: string, allowed: readonly string[]): string | undefined {
    const value = this.#given[member] ?? allowed[0];
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw this.#refuse(member, allowed.map((one) => `"${one}"`).join(' or '));
    return found === allowed[0] ? undefined : found;
  }

  duration(member: string, min: number, max: number): number | undefined {
    const value = this.#given[member] ?? undefined;
    if (value === undefined) return undefined;
    const ms = typeof value === 'string' ? parseDuration(value) : value;
    if (typeof ms === 'number' && Number.isInteger(ms) && ms >= min && ms <= max) return ms;
    throw this.#refuse(member, `whole milliseconds from ${min} to ${max}, or a text such as "5m"`);
  }

  every(): string | [string, { first_in: string }] | undefined {
    const every = this.duration('every', 1_000, longestEveryMs);
    const firstIn = this.duration('firstIn', 0, longestEveryMs);
    if (every === undefined && firstIn !== undefined)
      throw this.#refuse('firstIn', 'to stand beside "every"');
    if (every === undefined) return undefined;
    const text = formatDuration(every);
    return firstIn === undefined ? text : [text, { first_in: formatDuration(firstIn) }];
  }

  cron(): string | undefined {
    const line = this.text('cron')?.trim();
    const timezone = this.text('timezone');
    if (timezone !== undefined && !isZone(timezone))
      throw this.#refuse('timezone', 'the name of a zone, such as "Europe/Berlin"');
    if (line === undefined) {
      if (timezone !== undefined) throw this.#refuse('timezone', 'to stand beside "cron"');
      return undefined;
    }
    const { zone } = parseCron(line);
    if (timezone === undefined || zone === timezone) return line;
    if (zone !== undefined) throw this.#refuse('timezone', `the zone of the cron line, "${zone}"`);
    return `${line} ${timezone}`;
  }

  #refuse(member: string, expected: string): ReskueError {
    const given = this.#given[member];
    const shown = JSON.stringify(given) as string | undefined;
    return this.#invalid(`"${member}": expected ${expected}, got ${(shown ?? typeof given).slice(0, 80)}`);
  }

  #invalid(what: string): ReskueError {
    return new ReskueError('RESKUE_SCHEDULE_INVALID', `Schedule "${this.#name}": ${what}`);
  }
}
