import { removeSchedule, setSchedule, type Connection } from '@reskue/core/protocol';
import type { RedisClock } from '../waiting/redis-clock.js';
import { loadCalendars } from '../cron/node-schedule.js';
import { ranElsewhereAt } from './ran-at.js';
import { readSchedule, type StoredSchedule } from './read-schedule.js';
import { scheduleKeys } from './schedules.js';

/** A schedule that is to bring jobs, and how far it is. */
export interface BookEntry {
  schedule: StoredSchedule;
  sinceMs: number;
  /** Up to which tick everything is decided, as it stands in Redis. */
  decided: string;
  /** The same, epoch ms, or later: a neighbour's scheduler that led has run its ticks, and notes only when. */
  decidedMs: number;
  /** The next tick to look at, epoch ms; Infinity for none. */
  nextMs: number;
}

/** What Redis holds of a schedule beside its text. */
interface ScheduleState {
  since: string | null | undefined;
  fired: string | null | undefined;
  ran: string | null | undefined;
}

/** Schedules that are entered side by side. */
const atOnce = 100;
/** No schedule has this text. */
const noConfig = 'none';

/** The leader's copy of the schedules: those that are to bring jobs. What cannot be read is reported once a text, and left out. */
export class ScheduleBook {
  readonly #connection: Connection;
  readonly #clock: RedisClock;
  readonly #report: (error: Error) => void;
  readonly #entries = new Map<string, BookEntry>();
  readonly #reported = new Map<string, string>();

  constructor(connection: Connection, clock: RedisClock, report: (error: Error) => void) {
    this.#connection = connection;
    this.#clock = clock;
    this.#report = report;
  }

  get entries(): Iterable<BookEntry> {
    return this.#entries.values();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Reads everything anew, and forgets what Redis still knows of schedules that are gone. */
  async loadAll(): Promise<void> {
    const { client, keys } = this.#connection;
    const [configs, since, fired, ran] = await Promise.all([
      client.hgetall(keys.persistentSchedules),
      client.hgetall(keys.schedulesSince),
      client.hgetall(keys.schedulesFired),
      client.hgetall(keys.lastEnqueuedAt),
    ]);
    for (const name of this.#entries.keys()) if (!Object.hasOwn(configs, name)) this.#entries.delete(name);
    const all = Object.entries(configs);
    for (let from = 0; from < all.length; from += atOnce) {
      const page = all.slice(from, from + atOnce);
      await Promise.all(
        page.map(([name, config]) =>
          this.#enter(name, config, { since: since[name], fired: fired[name], ran: ran[name] }),
        ),
      );
    }
    for (const name of Object.keys(since)) if (!Object.hasOwn(configs, name)) await this.#forget(name);
  }

  /** Reads some anew. */
  async load(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const { client, keys } = this.#connection;
    const [configs, since, fired, ran] = await Promise.all([
      client.hmget(keys.persistentSchedules, ...names),
      client.hmget(keys.schedulesSince, ...names),
      client.hmget(keys.schedulesFired, ...names),
      client.hmget(keys.lastEnqueuedAt, ...names),
    ]);
    for (const [index, name] of names.entries()) {
      const config = configs[index] ?? null;
      if (config === null) this.#entries.delete(name);
      else await this.#enter(name, config, { since: since[index], fired: fired[index], ran: ran[index] });
    }
  }

  /** Those whose next tick has come, the earliest first. */
  due(nowMs: number): BookEntry[] {
    return [...this.entries]
      .filter(({ nextMs }) => nextMs <= nowMs)
      .sort((one, other) => one.nextMs - other.nextMs);
  }

  /** Epoch ms; Infinity when nothing comes. */
  get nextMs(): number {
    let next = Infinity;
    for (const entry of this.entries) next = Math.min(next, entry.nextMs);
    return next;
  }

  async #enter(name: string, config: string, state: ScheduleState): Promise<void> {
    const entry = this.#entries.get(name);
    const schedule = entry?.schedule.config === config ? entry.schedule : this.#read(name, config);
    this.#entries.delete(name);
    if (schedule === undefined || schedule.paused || schedule.elsewhere) return;
    if (schedule.cron !== undefined) await loadCalendars();
    const known = stateOf(schedule, state) ?? (await this.#adopt(schedule));
    if (known === undefined) return;
    const { sinceMs, decided } = known;
    const ranMs = ranElsewhereAt(state.ran);
    // The neighbour's clock may be ahead.
    const ranUntil = ranMs > Number(decided) ? Math.min(ranMs, await this.#clock.now()) : 0;
    const decidedMs = Math.max(Number(decided), ranUntil);
    // From what is decided on, so that a tick of an outage is looked at, too.
    const nextMs = schedule.calling.after(sinceMs, decidedMs);
    this.#entries.set(name, { schedule, sinceMs, decided, decidedMs, nextMs });
  }

  #read(name: string, config: string): StoredSchedule | undefined {
    const read = readSchedule(name, config);
    if (read.ok) return read.schedule;
    if (this.#reported.get(name) !== config) this.#report(read.error);
    this.#reported.set(name, config);
    return undefined;
  }

  /** A neighbour wrote it, or changed its times: they count from now on. Undefined when it has changed meanwhile. */
  async #adopt({
    name,
    config,
    calling,
  }: StoredSchedule): Promise<{ sinceMs: number; decided: string } | undefined> {
    const { client, keys } = this.#connection;
    const reply = await this.#connection.run(setSchedule, scheduleKeys(this.#connection), {
      name,
      seen: config,
      config,
      timing: calling.key,
      restart: 0,
      now: '',
    });
    const decided = reply.status === 'changed' ? null : await client.hget(keys.schedulesFired, name);
    return reply.status === 'changed' || decided === null ? undefined : { sinceMs: reply.sinceMs, decided };
  }

  async #forget(name: string): Promise<void> {
    const { keys } = this.#connection;
    await this.#connection.run(
      removeSchedule,
      { ...scheduleKeys(this.#connection), last: keys.schedulesLast },
      // Should somebody have stored it again meanwhile, it stays.
      { name, seen: noConfig },
    );
  }
}

function stateOf(
  { calling }: StoredSchedule,
  { since, fired }: ScheduleState,
): { sinceMs: number; decided: string } | undefined {
  const [, at, key] = /^(\d+) (.*)$/s.exec(since ?? '') ?? [];
  if (at === undefined || key !== calling.key || !/^\d+$/.test(fired ?? '')) return undefined;
  return { sinceMs: Number(at), decided: fired ?? '' };
}
