import { removeSchedule, type Connection } from '@reskue/core/protocol';
import { readSchedule } from './read-schedule.js';
import { encodeSchedule, type ScheduleDefinition } from './schedule-definition.js';
import { scheduleKeys, Schedules } from './schedules.js';

/**
 * Makes the schedules of the option those of Redis: new and changed ones are written, and what once came from the option
 * and is there no more is removed. What is as it should be is not touched.
 */
export async function keepOptionSchedules(
  connection: Connection,
  wanted: Readonly<Record<string, ScheduleDefinition>>,
): Promise<void> {
  const { client, keys } = connection;
  const stored = await client.hgetall(keys.persistentSchedules);
  const schedules = new Schedules(connection);
  for (const [name, definition] of Object.entries(wanted)) {
    const config = stored[name];
    const read = config === undefined ? undefined : readSchedule(name, config);
    const paused = read?.ok === true && read.schedule.paused;
    if (config === encodeSchedule(name, definition, { origin: 'option', paused })) continue;
    await schedules.set(name, definition, 'option');
  }
  for (const [name, config] of Object.entries(stored)) {
    if (Object.hasOwn(wanted, name)) continue;
    const read = readSchedule(name, config);
    if (!read.ok || read.schedule.origin !== 'option') continue;
    await connection.run(
      removeSchedule,
      { ...scheduleKeys(connection), last: keys.schedulesLast },
      { name, seen: config },
    );
  }
}
