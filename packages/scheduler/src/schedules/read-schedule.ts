import { isReskueError, rawMember, ReskueError } from '@reskue/core/protocol';
import { cronTiming } from '../cron/cron-timing.js';
import { parseCron } from '../cron/parse-cron.js';
import type { Calling } from './calling.js';
import { parseDuration } from './duration.js';
import type { CatchUp, Origin, Overlap } from './schedule-definition.js';

/** A schedule as it stands in Redis, whoever wrote it. */
export interface StoredSchedule {
  name: string;
  /** Its exact text. */
  config: string;
  queue: string;
  class: string;
  /** The JSON text of the args, a list, as it stands there. */
  argsText: string;
  description: string | undefined;
  cron: string | undefined;
  timezone: string | undefined;
  everyMs: number | undefined;
  firstInMs: number | undefined;
  catchUp: CatchUp;
  overlap: Overlap;
  jitterMs: number;
  paused: boolean;
  origin: Origin;
  /** Of the environments for which Ruby's `rails_env` keeps it, this process is none. */
  elsewhere: boolean;
  calling: Calling;
}

/** Shorter ones would bring more jobs than Redis is asked in one go. */
const shortestEveryMs = 100;

export type ReadSchedule = { ok: true; schedule: StoredSchedule } | { ok: false; error: ReskueError };

/** Reads a schedule of any writer; never throws. */
export function readSchedule(name: string, config: string): ReadSchedule {
  try {
    return { ok: true, schedule: read(name, config) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const code = isReskueError(error) ? error.code : 'RESKUE_SCHEDULE_INVALID';
    return {
      ok: false,
      error: new ReskueError(code, `Schedule "${name}" is skipped: ${why}`, { cause: error }),
    };
  }
}

function read(name: string, config: string): StoredSchedule {
  const members: unknown = JSON.parse(config);
  if (typeof members !== 'object' || members === null || Array.isArray(members))
    throw new TypeError(`it is no JSON object: ${config.slice(0, 80)}`);
  // An object that came out of JSON.parse: every member may be anything.
  const given = members as Readonly<Record<string, unknown>>;
  const { queue } = given;
  if (typeof queue !== 'string' || queue === '') throw new TypeError('it names no queue');
  const cron = firstOf(given.cron);
  const every = cron === undefined ? everyOf(given.every) : undefined;
  return {
    name,
    config,
    queue,
    class: classOf(name, given),
    argsText: argsOf(config),
    description: textOf(given.description),
    ...callingOf(cron, every),
    everyMs: every?.everyMs,
    firstInMs: every?.firstInMs,
    catchUp: given.catchUp === 'last' || given.catchUp === 'all' ? given.catchUp : 'none',
    overlap: given.overlap === 'skip' ? 'skip' : 'allow',
    jitterMs: typeof given.jitter === 'number' && given.jitter > 0 ? Math.floor(given.jitter) : 0,
    paused: given.paused === true,
    origin: given.origin === 'option' ? 'option' : undefined,
    elsewhere: !isForHere(given.rails_env ?? given.env),
  };
}

/** Both of Ruby's: a class that it can not find gets the job of a `custom_job_class`, and one without a class its name. */
function classOf(name: string, given: Readonly<Record<string, unknown>>): string {
  const custom = textOf(given.custom_job_class);
  if (custom !== undefined && custom !== 'Resque::Job') return custom;
  return textOf(given.class) ?? name;
}

/** As Ruby spreads them: a list is the args, any other value the only one, null is none. */
function argsOf(config: string): string {
  const args = rawMember(config, 'args');
  if (args === null || args === 'null') return '[]';
  return args.startsWith('[') ? args : `[${args}]`;
}

function callingOf(
  line: string | undefined,
  every: { everyMs: number; firstInMs: number | undefined } | undefined,
): Pick<StoredSchedule, 'cron' | 'timezone' | 'calling'> {
  if (line !== undefined) {
    const cron = parseCron(line);
    const timing = cronTiming(cron);
    return {
      cron: line,
      timezone: cron.zone,
      calling: { key: `cron ${line}`, after: (_since, at) => timing(at) },
    };
  }
  if (every === undefined)
    return { cron: undefined, timezone: undefined, calling: { key: 'never', after: () => Infinity } };
  const { everyMs, firstInMs = everyMs } = every;
  return {
    cron: undefined,
    timezone: undefined,
    calling: {
      key: `every ${everyMs} first ${firstInMs}`,
      after(since, at) {
        const first = since + firstInMs;
        return at < first ? first : first + (Math.floor((at - first) / everyMs) + 1) * everyMs;
      },
    },
  };
}

/** Ruby allows a list with options behind: `["0 3 * * *", {"allow_overlapping":true}]`. */
function firstOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (first == null || first === '') return undefined;
  if (typeof first === 'string') return first;
  throw new TypeError(`"cron" is no text: ${JSON.stringify(first).slice(0, 80)}`);
}

function everyOf(value: unknown): { everyMs: number; firstInMs: number | undefined } | undefined {
  // isArray gives any[].
  const [interval, options] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (interval == null || interval === '') return undefined;
  const everyMs = rubyDuration(interval);
  if (everyMs === undefined || everyMs < shortestEveryMs)
    throw new TypeError(
      `"every" is no duration of ${shortestEveryMs} ms or more: ${JSON.stringify(interval)}`,
    );
  const firstIn: unknown =
    typeof options === 'object' && options !== null ? Reflect.get(options, 'first_in') : undefined;
  return { everyMs, firstInMs: firstIn == null ? undefined : rubyDuration(firstIn) };
}

/** Numbers are seconds there. */
function rubyDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.round(value * 1_000);
  if (typeof value !== 'string') return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 1_000) : parseDuration(value);
}

/** `rails_env` lists the environments in which Ruby's scheduler takes a schedule; without it, all do. */
function isForHere(environments: unknown): boolean {
  if (typeof environments !== 'string') return true;
  const { RAILS_ENV, RACK_ENV, NODE_ENV } = process.env;
  const here = RAILS_ENV ?? RACK_ENV ?? NODE_ENV;
  return here !== undefined && environments.replaceAll(/\s/g, '').split(',').includes(here);
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
