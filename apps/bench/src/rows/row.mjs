// @ts-check
/**
 * One line of the report: something that every contender does, the same way, once a round.
 *
 * @typedef {object} Row
 * @property {string} id for `--only`
 * @property {string} group rows of a group share the contenders' processes; `--only` takes it, too
 * @property {string} title
 * @property {Metric[]} metrics the first is the one that counts
 * @property {Goal[]} goals
 * @property {(round: Round) => Promise<Result>} measure
 * @property {(contender: import('../contender.mjs').Contender) => boolean} [takesPart] all, unless it says otherwise
 * @property {boolean} [together] the contenders mostly wait: all are measured at the same time
 * @property {boolean} [once] it hardly varies: one round is enough in a short run, three in a full one
 * @property {number} [rounds] so many and no warm-up, whatever the run
 * @property {boolean} [fullOnly] too long for a short run
 * @property {number} [processes] of each contender, at the same time, on one Redis
 * @property {number} [fewestJobs] and `mostJobs`, where they are other than those of the effort
 * @property {number} [mostJobs]
 * @property {number} [warmUpTimes] a warm-up lasts so many times as long as others
 * @property {string[]} [nodeOptions] of the group's processes
 *
 * @typedef {object} Metric
 * @property {string} name a member of the result
 * @property {string} unit
 * @property {'more' | 'less'} better
 *
 * @typedef {object} Goal what Reskue is to reach
 * @property {string} metric
 * @property {string} [of] whose; `reskue`
 * @property {number} [atLeast] the figure itself
 * @property {number} [atMost]
 * @property {{ times: number, contender?: string, row?: string, is: 'at least' | 'at most' }} [versus]
 *   the figure divided by the same of another contender, or of another row
 * @property {boolean} [ifCoresAllow] it is asked where the machine has as many cores as that takes, by what the other row needed
 *
 * @typedef {{ [command: string]: { calls: number, us: number } }} Spent what Redis spent by command, a job
 * @typedef {{ [metric: string]: number | Spent }} Result
 *
 * @typedef {object} Effort how much is done
 * @property {number} seconds that a round is to be measured, about
 * @property {number} fewestJobs
 * @property {number} mostJobs
 * @property {number} samples of latencies
 * @property {number} patience seconds for slow things: idleness, delays
 * @property {number} dueJobs that are due at once
 * @property {number} backlog jobs that wait where many wait
 *
 * @typedef {object} Round what a row has at hand, in the contender's process
 * @property {import('../contender.mjs').Contender} contender
 * @property {import('../contender.mjs').Target} target
 * @property {import('ioredis').Redis} redis a connection of the benchmark's own
 * @property {() => Promise<import('../measure/meter.mjs').Meter>} startMeter measures from then on
 * @property {Effort} effort
 * @property {number} jobs as many as take about `effort.seconds`, by the rounds before
 * @property {number} index of this process among those of the contender, from 0
 * @property {(what: string) => Promise<void>} meet waits until all processes of the contender have come here
 */

/** @type {Metric[]} */
export const workMetrics = [
  { name: 'rate', unit: 'jobs/s', better: 'more' },
  { name: 'node', unit: 'Node µs/job', better: 'less' },
  { name: 'redis', unit: 'Redis µs/job', better: 'less' },
  { name: 'commands', unit: 'commands/job', better: 'less' },
  { name: 'reads', unit: 'reads/job', better: 'less' },
];
