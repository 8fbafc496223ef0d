// @ts-check
import { pathToFileURL } from 'node:url';
import { Redis } from 'ioredis';
import { rows } from '../rows/rows.mjs';

/** @typedef {{ row: string, effort: import('../rows/row.mjs').Effort, index: number }} Order */

// The process of a contender: measures the rows that it is told to, one after another.
const [, , file = '', host = '', port = ''] = process.argv;
const target = { host, port: Number(port) };
/** @type {{ contender: import('../contender.mjs').Contender }} */
const { contender } = await import(pathToFileURL(file).href);
const redis = new Redis(target);
/** How many jobs a second it did lately, by row. */
const pace = new Map();
/** @type {Map<string, () => void>} */
const meetings = new Map();

const send = (/** @type {object} */ message) => void process.send?.(message);

/** @param {Order} order */
async function measure({ row: id, effort, index }) {
  const row = rows.find((known) => known.id === id);
  if (!row) throw new Error(`there is no row ${id}`);
  const wished = Math.round((pace.get(id) ?? 0) * effort.seconds);
  const result = await row.measure({
    contender,
    target,
    redis,
    effort,
    jobs: Math.max(effort.fewestJobs, Math.min(effort.mostJobs, wished)),
    index,
    meet: (what) =>
      new Promise((resolve) => {
        meetings.set(what, resolve);
        send({ meet: what });
      }),
  });
  if (result['rate'] !== undefined) pace.set(id, result['rate']);
  return result;
}

process.on('message', (/** @type {Order & { meet?: string }} */ message) => {
  if (message.meet !== undefined) return meetings.get(message.meet)?.();
  measure(message).then(
    (result) => send({ result }),
    (error) => send({ error: String(error?.stack ?? error) }),
  );
});
// Nobody listens any more. By `exit`, so that a profile is written.
process.on('disconnect', () => process.exit(0));
await redis.ping();
send({ ready: true });
