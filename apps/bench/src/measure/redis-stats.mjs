// @ts-check
/**
 * What a Redis server tells of itself.
 * @typedef {object} RedisStats
 * @property {number} cpuUs CPU time of the server so far
 * @property {Map<string, { calls: number, us: number }>} commands by name, those inside of scripts included
 * @property {number} reads how often it read from a socket: a batch that arrives at once counts once
 * @property {number} memory bytes in use
 * @property {number} connections
 */

/** What the benchmark itself sends. */
const own = new Set(['info', 'flushall', 'config|resetstat', 'client|setinfo', 'ping', 'hello']);

/** @returns {Promise<RedisStats>} */
export async function readStats(/** @type {import('ioredis').Redis} */ redis) {
  const text = await redis.info('everything');
  const number = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(text)?.[1]);
  /** @type {RedisStats['commands']} */
  const commands = new Map();
  for (const [, name = '', calls, us] of text.matchAll(/^cmdstat_([^:]+):calls=(\d+),usec=(\d+)/gm))
    if (!own.has(name)) commands.set(name, { calls: Number(calls), us: Number(us) });
  return {
    cpuUs: 1e6 * (number('used_cpu_user') + number('used_cpu_sys')),
    commands,
    reads: number('total_reads_processed'),
    memory: number('used_memory'),
    connections: number('connected_clients'),
  };
}

/** @returns {RedisStats['commands']} what was run between two readings */
export function commandsBetween(/** @type {RedisStats} */ before, /** @type {RedisStats} */ after) {
  const none = { calls: 0, us: 0 };
  return new Map(
    [...after.commands]
      .map(([name, { calls, us }]) => {
        const was = before.commands.get(name) ?? none;
        return /** @type {const} */ ([name, { calls: calls - was.calls, us: us - was.us }]);
      })
      .filter(([, { calls }]) => calls > 0),
  );
}

/** How many commands there were in all. */
export const totalCalls = (/** @type {RedisStats['commands']} */ commands) =>
  [...commands.values()].reduce((sum, { calls }) => sum + calls, 0);
