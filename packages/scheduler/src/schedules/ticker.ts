import { ReskueError, type Connection } from '@reskue/core/protocol';
import { asError, type Emit } from '../scheduler-events.js';
import type { RedisClock } from '../waiting/redis-clock.js';
import { Stopwatch } from '../waiting/stopwatch.js';
import { dueTicks } from './due-ticks.js';
import { fireTick, type Tick, type TickOutcome } from './fire-tick.js';
import { keepOptionSchedules } from './option-schedules.js';
import { ScheduleBook, type BookEntry } from './schedule-book.js';
import type { ScheduleDefinition } from './schedule-definition.js';
import type { TickHooks } from './tick-hooks.js';

/** Everything is read anew so often, for changes that nobody told of. */
const readAgainMs = 60_000;
/** What neighbours told of is read so often; what was changed through us wakes the leader. */
const lookAgainMs = 10_000;
/** Schedules that fire side by side. */
const atOnce = 100;
const mostNames = 1_000;

export interface TickerParts {
  connection: Connection;
  clock: RedisClock;
  hooks: TickHooks;
  emit: Emit;
  /** Those of the option; undefined when it was left out. */
  schedules: Readonly<Record<string, ScheduleDefinition>> | undefined;
  /** Ms until a tick whose job could not be stored is tried again. */
  retryMs: number;
  /** Whether we lead still, and are not to stop. */
  mayGoOn(): Promise<boolean>;
}

/**
 * Fires the ticks of the schedules, while its scheduler leads. It rests on nothing but the script that decides a tick: two
 * at once, or one that stood still, fire no tick twice.
 */
export class Ticker {
  readonly #parts: TickerParts;
  readonly #book: ScheduleBook;
  #read: Stopwatch | undefined;
  readonly #looked = new Stopwatch();
  #busy = false;

  constructor(parts: TickerParts) {
    this.#parts = parts;
    this.#book = new ScheduleBook(parts.connection, parts.clock, (error) => parts.emit('error', error));
  }

  /** Somebody else led, or may have: everything is read anew before the next tick. */
  forget(): void {
    this.#read = undefined;
  }

  /** Ms until there is something to do; Infinity when nothing is known to come. */
  get restMs(): number {
    const { nextMs } = this.#book;
    if (nextMs === Infinity) return Infinity;
    const restMs = nextMs - this.#parts.clock.estimate;
    // A millisecond more, since timers may go off early. The clock may be unknown.
    return restMs > 0 ? Math.ceil(restMs) + 1 : 0;
  }

  /** Fires what is due. `woken`: somebody may have changed schedules just now. */
  async run({ woken }: { woken: boolean }): Promise<void> {
    // From within a hook of its own.
    if (this.#busy) return;
    this.#busy = true;
    try {
      await this.#refresh(woken || this.#looked.ms > lookAgainMs);
      await this.#fireDue();
    } finally {
      this.#busy = false;
    }
  }

  async #refresh(look: boolean): Promise<void> {
    const { connection, schedules } = this.#parts;
    const { client, keys } = connection;
    if (this.#read === undefined && schedules !== undefined) await keepOptionSchedules(connection, schedules);
    let changed: string[] = [];
    if (look || this.#read === undefined) {
      this.#looked.restart();
      // As Ruby's master does; whoever leads next reads everything.
      changed = await client.spop(keys.schedulesChanged, mostNames);
    }
    if (this.#read === undefined || this.#read.ms > readAgainMs) {
      await this.#book.loadAll();
      this.#read = new Stopwatch();
    } else await this.#book.load(changed);
  }

  async #fireDue(): Promise<void> {
    if (this.#book.size === 0) return;
    const due = this.#book.due(await this.#parts.clock.now());
    for (let from = 0; from < due.length; from += atOnce) {
      if (!(await this.#parts.mayGoOn())) return;
      const fired = await Promise.allSettled(
        due.slice(from, from + atOnce).map((entry) => this.#fireEntry(entry)),
      );
      for (const one of fired) if (one.status === 'rejected') throw one.reason;
    }
  }

  async #fireEntry(entry: BookEntry): Promise<void> {
    const { schedule, sinceMs } = entry;
    const { calling, catchUp } = schedule;
    const { clock } = this.#parts;
    const nowMs = clock.estimate;
    const ticks = dueTicks({ calling, sinceMs, decidedMs: entry.decidedMs, nowMs, catchUp });
    for (const [index, at] of ticks.entries()) {
      if (index > 0 && !(await this.#parts.mayGoOn())) return;
      const tick = { schedule, at, after: entry.decided };
      const outcome = await fireTick({ ...this.#parts, nowMs: () => clock.estimate }, tick);
      if (!this.#decided(entry, tick, outcome)) return;
    }
    entry.nextMs = calling.after(sinceMs, Math.max(nowMs, entry.decidedMs));
  }

  /** Notes and tells what became of a tick; false when the schedule is to be looked at again first. */
  #decided(entry: BookEntry, { at, schedule }: Tick, outcome: TickOutcome): boolean {
    const { emit, clock, retryMs } = this.#parts;
    const { name, queue } = schedule;
    switch (outcome.status) {
      case 'fired':
        emit('scheduled', name, { class: schedule.class, queue, args: argsOf(schedule.argsText) }, at);
        break;
      case 'skipped':
        emit('skippedTick', name, at, 'overlap');
        break;
      case 'refused':
        if (outcome.error !== undefined) emit('error', asError(outcome.error), queue);
        emit('skippedTick', name, at, 'refused');
        break;
      case 'early':
        // Our idea of the clock was wrong.
        clock.doubt();
        entry.nextMs = at;
        return false;
      case 'broken':
        emit('error', brokenQueue(name, queue, outcome.reason), queue);
        entry.nextMs = clock.estimate + retryMs;
        return false;
      default:
        // Somebody else decided it, or changed the schedule.
        this.forget();
        return false;
    }
    entry.decided = String(at);
    entry.decidedMs = at;
    return true;
  }
}

// A list, as the reader made it.
const argsOf = (text: string): unknown[] => JSON.parse(text) as unknown[];

const brokenQueue = (name: string, queue: string, reason: string): ReskueError =>
  new ReskueError(
    'RESKUE_REPLY_UNEXPECTED',
    `Schedule "${name}": the job cannot go to queue "${queue}" (${reason}); look at the key and rename or delete it`,
  );
