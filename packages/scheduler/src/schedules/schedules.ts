import { removeSchedule, ReskueError, setSchedule, type Connection, type Jobs } from '@reskue/core/protocol';
import { Queue } from '@reskue/queue';
import { loadCalendars } from '../cron/node-schedule.js';
import { readSchedule } from './read-schedule.js';
import { encodeSchedule, type Origin, type ScheduleDefinition } from './schedule-definition.js';
import { infoOf, type ScheduleInfo } from './schedule-info.js';
import { runScheduleNow } from './run-now.js';
import { withPaused } from './with-paused.js';

/** More tries than others can be in between. */
const tries = 20;

/**
 * The recurring jobs of a namespace, where resque-scheduler keeps them. Works on any connected Connection, also while no
 * scheduler runs; the leading scheduler hears of a change at once. Every method rejects with RESKUE_NOT_CONNECTED before
 * `connect()`.
 */
export class Schedules {
  readonly #connection: Connection;
  readonly #jobs: Jobs;

  /** `jobs`: the definitions whose plugins' enqueue hooks are to run in `runNow`. */
  constructor(connection: Connection, jobs: Jobs = {}) {
    this.#connection = connection;
    this.#jobs = jobs;
  }

  /**
   * Stores a schedule; true when it is new or other than before. Its ticks count from now on, unless its times stand as
   * they did. One that is paused stays so, unless the definition says otherwise.
   * @throws RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID (with the line, the position and the field), RESKUE_ARGS_NOT_JSON
   */
  async schedule(name: string, definition: ScheduleDefinition): Promise<boolean> {
    return this.set(name, definition, undefined);
  }

  /** The same, for schedules of the option `schedules`, too. */
  async set(name: string, definition: ScheduleDefinition, origin: Origin): Promise<boolean> {
    return this.#change(name, (seen) => {
      const stored = seen === undefined ? undefined : readSchedule(name, seen);
      const paused = stored?.ok === true && stored.schedule.paused;
      return encodeSchedule(name, definition, { origin, paused });
    });
  }

  /** Removes a schedule; false when there is none. Jobs that it has brought stay. */
  async unschedule(name: string): Promise<boolean> {
    const { keys } = this.#connection;
    const reply = await this.#connection.run(
      removeSchedule,
      { ...scheduleKeys(this.#connection), last: keys.schedulesLast },
      { name, seen: '' },
    );
    return reply.status === 'removed' && reply.count > 0;
  }

  /** All schedules, by their names; those that nobody can run have an `error`. */
  async list(): Promise<ScheduleInfo[]> {
    const { client, keys } = this.#connection;
    const [configs, since, fired, ran, [seconds, micros]] = await Promise.all([
      client.hgetall(keys.persistentSchedules),
      client.hgetall(keys.schedulesSince),
      client.hgetall(keys.schedulesFired),
      client.hgetall(keys.lastEnqueuedAt),
      client.time(),
    ]);
    if (Object.keys(configs).length > 0) await loadCalendars();
    const nowMs = Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    return Object.entries(configs)
      .map(([name, config]) =>
        infoOf(name, config, { nowMs, since: since[name], fired: fired[name], ran: ran[name] }),
      )
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** One schedule; undefined when there is none. */
  async get(name: string): Promise<ScheduleInfo | undefined> {
    return (await this.list()).find((one) => one.name === name);
  }

  /**
   * Puts the schedule's job into its queue now, whatever its times are, and also while it is paused; its ticks go on as
   * before. False when an enqueue hook refused it.
   * @throws RESKUE_SCHEDULE_UNKNOWN, RESKUE_SCHEDULE_INVALID, RESKUE_CRON_INVALID, what a hook throws
   */
  async runNow(name: string): Promise<boolean> {
    const config = await this.#read(name);
    if (config === undefined) throw unknown(name);
    const read = readSchedule(name, config);
    if (!read.ok) throw read.error;
    return runScheduleNow(new Queue({ connection: this.#connection }, this.#jobs), this.#jobs, read.schedule);
  }

  /** Brings no more jobs until `resume`; false when it was paused already. A Ruby scheduler that leads takes no notice. */
  async pause(name: string): Promise<boolean> {
    return this.#change(name, (seen) => withPaused(this.#known(name, seen), true));
  }

  /** Goes on with the next tick; those that came meanwhile are not caught up. False when it was not paused. */
  async resume(name: string): Promise<boolean> {
    return this.#change(name, (seen) => withPaused(this.#known(name, seen), false), true);
  }

  #known(name: string, config: string | undefined): string {
    if (config === undefined) throw unknown(name);
    const read = readSchedule(name, config);
    if (!read.ok) throw read.error;
    return config;
  }

  async #read(name: string): Promise<string | undefined> {
    const { client, keys } = this.#connection;
    return (await client.hget(keys.persistentSchedules, name)) ?? undefined;
  }

  async #change(
    name: string,
    make: (seen: string | undefined) => string,
    restarts = false,
  ): Promise<boolean> {
    for (let count = 0; count < tries; count += 1) {
      const seen = await this.#read(name);
      const config = make(seen);
      const read = readSchedule(name, config);
      if (!read.ok) throw read.error;
      const { calling, paused } = read.schedule;
      const before = seen === undefined ? undefined : readSchedule(name, seen);
      const wasPaused = before?.ok === true && before.schedule.paused;
      const reply = await this.#connection.run(setSchedule, scheduleKeys(this.#connection), {
        name,
        seen: seen ?? '',
        config,
        timing: calling.key,
        restart: restarts || (wasPaused && !paused) ? 1 : 0,
        now: '',
      });
      if (reply.status !== 'changed') return reply.status === 'set';
    }
    throw new ReskueError('RESKUE_SCHEDULE_INVALID', `Schedule "${name}": others change it all the time`);
  }
}

/** The keys of what scripts change of a schedule. */
export const scheduleKeys = ({ keys }: Connection) => ({
  persistent: keys.persistentSchedules,
  changed: keys.schedulesChanged,
  fired: keys.schedulesFired,
  since: keys.schedulesSince,
  dueWake: keys.dueWake,
});

const unknown = (name: string): ReskueError =>
  new ReskueError('RESKUE_SCHEDULE_UNKNOWN', `There is no schedule "${name}"`);
