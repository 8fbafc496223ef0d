import { decodeJob, type Connection } from '@reskue/core/protocol';
import { delayedSeconds } from '../delayed-entries.js';
import { failureEntry } from '../failure-entry.js';
import { queueNames } from '../matching-jobs.js';
import { readSlices } from '../read-slices.js';
import { fault, ok, type Finding } from './finding.js';

/** Seconds of delayed jobs that are looked into at most, unless everything is. */
const SECONDS = 100;

/** Entries that no worker could make a job of. */
export async function examineLists(
  connection: Connection,
  sample: number,
  signal: AbortSignal,
): Promise<Finding[]> {
  const isJob = (text: string) => decodeJob(text).ok;
  const found: Finding[] = [];
  const { keys, client } = connection;
  for (const name of await queueNames(connection)) {
    const kind = await client.type(keys.queue(name));
    if (kind !== 'list' && kind !== 'none') {
      found.push(
        fault(`queue ${name}`, `its key is a ${kind}`, `DEL ${keys.queue(name)}, after a look at it`),
      );
      continue;
    }
    const bad = await countBad(connection, keys.queue(name), sample, signal, isJob);
    if (bad > 0)
      found.push(
        unreadable(`queue ${name}`, bad, `reskue jobs -q ${name}, and reskue remove -q ${name} --id`),
      );
  }
  const badFailures = await countBad(
    connection,
    keys.failed,
    sample,
    signal,
    (text) => failureEntry(text).class !== null,
  );
  if (badFailures > 0)
    found.push(unreadable('failed', badFailures, 'reskue failed, and reskue remove --failed --id'));
  let [badDelayed, seconds] = [0, 0];
  for await (const second of delayedSeconds(connection, signal)) {
    seconds += 1;
    if (seconds > SECONDS && sample !== Infinity) break;
    badDelayed += await countBad(connection, keys.bucket(second), sample, signal, isJob);
  }
  if (badDelayed > 0)
    found.push(unreadable('delayed', badDelayed, 'reskue delayed, and reskue remove --delayed --id'));
  return found.length > 0 ? found : [ok('entries', 'all that were looked at can be read')];
}

const unreadable = (where: string, count: number, remedy: string): Finding =>
  fault(where, `${count} entries can not be read`, remedy);

async function countBad(
  connection: Connection,
  list: string,
  sample: number,
  signal: AbortSignal,
  isGood: (text: string) => boolean,
): Promise<number> {
  let bad = 0;
  for await (const { entries } of readSlices(connection, list, { from: 'head', signal, limit: sample })) {
    for (const { text } of entries) if (!isGood(text)) bad += 1;
  }
  return bad;
}
