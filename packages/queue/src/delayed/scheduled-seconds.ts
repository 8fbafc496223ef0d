import type { Connection } from '@reskue/core/protocol';

const PAGE = 1_000;

/** The seconds in which jobs are delayed, ascending, a page at a time; seconds that a neighbour left empty are left out. */
export async function* scheduledSeconds({ client, keys }: Connection): AsyncGenerator<number[], void> {
  for (let after = '-inf'; ;) {
    const members = await client.zrangebyscore(keys.schedule, after, '+inf', 'LIMIT', 0, PAGE);
    const last = members.at(-1);
    if (last === undefined) return;
    const lengths = await Promise.all(members.map((second) => client.exists(keys.bucket(second))));
    const seconds = members.filter((_, at) => lengths[at] !== 0).map(Number);
    // A stranger's member that is no number names no time.
    yield seconds.filter((second) => Number.isFinite(second));
    if (members.length < PAGE) return;
    const score = await client.zscore(keys.schedule, last);
    after = `(${score ?? last}`;
  }
}
