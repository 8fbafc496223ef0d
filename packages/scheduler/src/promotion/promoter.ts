import { asError } from '../scheduler-events.js';
import { Stopwatch } from '../waiting/stopwatch.js';
import { promoteAlike } from './alike.js';
import { promoteBatch, type PromotionContext } from './batch.js';
import { secondsAtOnce } from './delayed-jobs.js';
import { firstPageSize, nextPageSize } from './page-size.js';
import { failStrangeBytes } from './strange-bytes.js';

/** How a second was left: nothing in it, something that is due later, or something due that cannot be moved. */
type Rest = 'nothing' | 'later' | 'stuck' | 'stopped';

/** A second to work: `whole` looks through all of its list, `timed` at what is due by its exact time. */
interface Task {
  second: string;
  whole: boolean;
  timed: boolean;
}

/**
 * Promotes everything that is due. Exact times stand in `due`; what neighbours wrote has none, and is due when its second
 * begins. So a second's list is looked through once when it begins, then only where `due` says so, and again after
 * `retryMs` while something stays in it.
 */
export class Promoter {
  readonly #context: PromotionContext;
  /** Begun seconds in which something stayed, since their last look. */
  readonly #looked = new Map<string, Stopwatch>();
  /** Seconds in which something due could not be moved, since the last try. */
  readonly #stuck = new Map<string, Stopwatch>();

  /** Seconds that this drain has told of. */
  readonly #announced = new Set<string>();

  constructor(context: PromotionContext) {
    this.#context = context;
  }

  /** Forgets what was looked through: the next `drain` looks at everything that has begun. */
  forget(): void {
    this.#looked.clear();
    this.#stuck.clear();
  }

  /** Ms until something more is due; null when nothing is delayed, or when somebody else leads. */
  async drain(): Promise<number | null> {
    const worked = new Set<string>();
    this.#announced.clear();
    let skip = 0;
    for (;;) {
      if (!(await this.#context.mayGoOn())) return null;
      const { nowMs, nextMs, begun, timed } = await this.#context.delayed.seconds(skip);
      const since = new Stopwatch();
      const tasks = this.#tasks(begun, timed);
      if (skip === 0 && begun.length === 0) this.#looked.clear();
      if (tasks.length === 0 && begun.length < secondsAtOnce)
        return nextMs === null ? null : nextMs - nowMs - since.ms;
      const passed = new Set(begun);
      for (const task of tasks) {
        const rest = await this.#work(task, worked.has(task.second));
        if (rest === 'stopped') return null;
        worked.add(task.second);
        if (rest === 'nothing') passed.delete(task.second);
      }
      skip += passed.size;
    }
  }

  #tasks(begun: readonly string[], timed: readonly string[]): Task[] {
    const tasks = new Map<string, Task>();
    for (const second of begun) {
      if (isRecent(this.#looked.get(second), this.#context.retryMs)) continue;
      tasks.set(second, { second, whole: true, timed: false });
    }
    for (const second of timed) tasks.set(second, { second, whole: tasks.has(second), timed: true });
    return [...tasks.values()]
      .filter(
        ({ second }) =>
          /^-?\d{1,15}$/.test(second) && !isRecent(this.#stuck.get(second), this.#context.retryMs),
      )
      .sort((one, other) => Number(one.second) - Number(other.second));
  }

  /** `again`: it was worked in this drain and has something due still, or anew. */
  async #work({ second, whole, timed }: Task, again: boolean): Promise<Rest> {
    let rest: Rest;
    try {
      rest = again && timed && !whole ? await this.#workTimed(second) : await this.#workList(second, whole);
    } catch (error) {
      // One key of a wrong type must not hold up the others.
      if (!String(error).includes('WRONGTYPE')) throw error;
      this.#context.emit('error', asError(error));
      rest = 'stuck';
    }
    this.#stuck.delete(second);
    if (rest === 'stuck') this.#stuck.set(second, new Stopwatch());
    if (rest === 'nothing') this.#looked.delete(second);
    // Not when it was looked at before it began, or in part: what neighbours put there is still to be found.
    else if (whole && rest !== 'stopped') this.#looked.set(second, new Stopwatch());
    return rest;
  }

  async #workList(second: string, whole: boolean): Promise<Rest> {
    const { delayed } = this.#context;
    let count = firstPageSize;
    for (let first = 0, isNew = true; ; isNew = false) {
      if (!(await this.#context.mayGoOn())) return 'stopped';
      const { read, payloads } = await delayed.page(second, { first, count });
      // A second without jobs: the schedule forgets it.
      if (read === 0 && isNew) await delayed.promote(second, []);
      this.#announce(second, payloads);
      if (payloads.some((payload) => payload.includes('\uFFFD'))) {
        const failed = await failStrangeBytes(this.#context, second, { first, count });
        if (failed === 'stuck') return 'stuck';
        if (failed === 'failed') continue;
      }
      const atHead = first === 0 && read === payloads.length;
      // There is more: what is like these need not come here.
      if (isNew && atHead && read === count) {
        const rest = await promoteAlike(this.#context, second, payloads);
        if (rest === 'stopped') return rest;
        if (rest === 'empty') return 'nothing';
        if (rest === 'other') continue;
      }
      const { removed, stopped } = await promoteBatch(this.#context, second, payloads, atHead);
      if (stopped) return 'stopped';
      first += read - removed;
      if (read < count || (payloads.length === 0 && !whole)) return first > 0 ? 'later' : 'nothing';
      count = nextPageSize(payloads);
    }
  }

  async #workTimed(second: string): Promise<Rest> {
    const { delayed } = this.#context;
    for (let before: string | undefined; ;) {
      if (!(await this.#context.mayGoOn())) return 'stopped';
      const payloads = await delayed.timed(second);
      if (payloads.length === 0) return 'later';
      if (payloads[0] === before) return 'stuck';
      before = payloads[0];
      this.#announce(second, payloads);
      const { stopped } = await promoteBatch(this.#context, second, payloads);
      if (stopped) return 'stopped';
    }
  }

  #announce(second: string, payloads: readonly string[]): void {
    if (payloads.length === 0 || this.#announced.has(second)) return;
    this.#announced.add(second);
    this.#context.emit('workingTimestamp', second);
  }
}

const isRecent = (since: Stopwatch | undefined, withinMs: number): boolean =>
  since !== undefined && since.ms < withinMs;
