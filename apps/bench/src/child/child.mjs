// @ts-check
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { startMeter } from '../measure/meter.mjs';
import { rows } from '../rows/rows.mjs';

/**
 * @typedef {object} Order
 * @property {string} row its id
 * @property {import('../rows/row.mjs').Effort} effort
 * @property {number} index of this process among those of the contender
 * @property {string} [profile] write CPU profiles into this folder
 */

// The process of a contender: measures the rows that it is told to, one after another.
const [, , file = '', host = '', port = ''] = process.argv;
const target = { host, port: Number(port) };
/** @type {{ contender: import('../contender.mjs').Contender }} */
const { contender } = await import(pathToFileURL(file).href);
const redis = new Redis(target);
/** How many jobs a second it did lately, by row and by group. */
const pace = new Map();
/** @type {Map<string, () => void>} */
const meetings = new Map();

const send = (/** @type {object} */ message) => void process.send?.(message);

/** @param {Order} order */
async function measure({ row: id, effort, index, profile }) {
  const row = rows.find((known) => known.id === id);
  if (!row) throw new Error(`there is no row ${id}`);
  const { group } = row;
  const wished = Math.round((pace.get(id) ?? pace.get(group) ?? 0) * effort.seconds);
  const fewestJobs = Math.min(effort.fewestJobs, row.fewestJobs ?? Infinity);
  const mostJobs = Math.min(effort.mostJobs, row.mostJobs ?? Infinity);
  const result = await row.measure({
    contender,
    target,
    redis,
    startMeter: () =>
      startMeter(redis, profile && join(profile, `${id}-${contender.name}-${index}.cpuprofile`)),
    effort: { ...effort, fewestJobs, mostJobs },
    jobs: Math.max(fewestJobs, Math.min(mostJobs, wished)),
    index,
    meet: (what) =>
      new Promise((resolve) => {
        meetings.set(what, resolve);
        send({ meet: what });
      }),
  });
  if (result['rate'] !== undefined) pace.set(id, result['rate']).set(group, result['rate']);
  return result;
}

process.on('message', (/** @type {Order & { meet?: string }} */ message) => {
  if (message.meet !== undefined) return meetings.get(message.meet)?.();
  measure(message).then(
    (result) => send({ result }),
    (error) => send({ error: String(error?.stack ?? error) }),
  );
});
// Nobody listens any more.
process.on('disconnect', () => process.exit(0));
await redis.ping();
send({ ready: true });
