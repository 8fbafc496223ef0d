import { bucketMember, removeDelayed, type Connection } from '@reskue/core/protocol';
import { findDelayed, findInSecond, type FoundDelayed } from './find-delayed.js';

/** How far a look for a delayed job goes. */
export interface LookOptions {
  /**
   * Whether to look through the delayed jobs themselves (the first 1,000 seconds, 10,000 jobs) when no marker tells of the
   * job and its args hold numbers or objects, which a neighbour may have written otherwise than we would (`1.0`). False
   * costs one round trip, whatever is delayed. @default true
   */
  deep?: boolean | undefined;
}

/** Removes a delayed job wherever it is found, and gives the seconds it was removed from, ascending. */
export async function removeDelayedJobs(
  connection: Connection,
  queue: string,
  name: string,
  args: readonly unknown[],
  deep: boolean,
): Promise<number[]> {
  const seconds = new Set<number>();
  for (const found of await findDelayed(connection, queue, name, args, deep)) {
    if (await removeFound(connection, found)) seconds.add(found.second);
    else {
      // The marker is of the job; its text may have members beside the args.
      for (const written of await findInSecond(connection, found.second, queue, name, args))
        if (await removeFound(connection, written)) seconds.add(found.second);
    }
  }
  return ascending(seconds);
}

async function removeFound(connection: Connection, { second, payload }: FoundDelayed): Promise<boolean> {
  const { client, keys } = connection;
  const timestamps = keys.timestamps(payload);
  const { count } = await connection.run(
    removeDelayed,
    { bucket: keys.bucket(second), timestamps, schedule: keys.schedule, due: keys.due },
    { second, payload },
  );
  const whole = keys.wholeTimestamps(payload);
  if (whole !== timestamps) await client.srem(whole, bucketMember(second));
  return count > 0;
}

/** The seconds for which a job is delayed, ascending. */
export async function scheduledAt(
  connection: Connection,
  queue: string,
  name: string,
  args: readonly unknown[],
  deep: boolean,
): Promise<number[]> {
  const found = await findDelayed(connection, queue, name, args, deep);
  return ascending(new Set(found.map(({ second }) => second)));
}

const ascending = (seconds: Iterable<number>): number[] => [...seconds].sort((one, other) => one - other);
