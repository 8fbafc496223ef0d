// @ts-check
/** A line of MONITOR: the time, then in brackets the database and who sent it, `lua` for a command inside of a script. */
const isSent = (/** @type {string} */ source) => source !== 'lua';

/**
 * Counts the commands that clients send from here on: not what a script runs, and not what the benchmark itself asks.
 * @param {import('ioredis').Redis} redis
 * @returns {Promise<() => number>} ends it and gives the count
 */
export async function countSent(redis) {
  const monitor = await redis.monitor();
  let count = 0;
  monitor.on('monitor', (_time, /** @type {string[]} */ [command = ''], /** @type {string} */ source) => {
    if (isSent(source) && command.toLowerCase() !== 'info') count += 1;
  });
  return () => {
    monitor.disconnect();
    return count;
  };
}
