// @ts-check
import { startProfile } from './profiler.mjs';
import { commandsBetween, readStats, totalCalls } from './redis-stats.mjs';

/**
 * What a stretch of time cost, by the processes' own accounting.
 * @typedef {object} Cost
 * @property {number} seconds
 * @property {number} nodeUs CPU time of this process, all its threads
 * @property {number} redisUs CPU time of the Redis server
 * @property {number} commands that Redis ran, those inside of scripts included
 * @property {number} reads of Redis from its sockets
 * @property {import('./redis-stats.mjs').RedisStats['commands']} byCommand
 */

/**
 * A stretch that is being measured: `stop` ends it at once, `read` asks Redis what it took.
 * @typedef {{ stop(): { read(): Promise<Cost> } }} Meter
 */

/**
 * Measures from here on; with the name of a file, it writes a CPU profile there.
 * @param {import('ioredis').Redis} redis
 * @param {string} [profile]
 * @returns {Promise<Meter>}
 */
export async function startMeter(redis, profile) {
  const before = await readStats(redis);
  const stopProfile = profile === undefined ? undefined : await startProfile(profile);
  const usedBefore = cpuUs();
  const began = performance.now();
  return {
    stop() {
      const seconds = (performance.now() - began) / 1_000;
      const nodeUs = cpuUs() - usedBefore;
      // Sent now: whatever the contender sends after it is not counted.
      const reading = readStats(redis);
      return {
        async read() {
          const after = await reading;
          await stopProfile?.();
          const byCommand = commandsBetween(before, after);
          return {
            seconds,
            nodeUs,
            redisUs: after.cpuUs - before.cpuUs,
            commands: totalCalls(byCommand),
            reads: after.reads - before.reads,
            byCommand,
          };
        },
      };
    },
  };
}

function cpuUs() {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
}

/** A cost by the job, under the names that the rows give their metrics. */
export function perJob(/** @type {Cost} */ cost, /** @type {number} */ jobs) {
  const { seconds, nodeUs, redisUs, commands, reads, byCommand } = cost;
  return {
    jobs,
    rate: jobs / seconds,
    node: nodeUs / jobs,
    redis: redisUs / jobs,
    commands: commands / jobs,
    reads: reads / jobs,
    spent: Object.fromEntries(
      [...byCommand].map(([name, { calls, us }]) => [name, { calls: calls / jobs, us: us / jobs }]),
    ),
  };
}
