// @ts-check
import { availableParallelism } from 'node:os';
import { median } from '../measure/statistics.mjs';
import { figure } from './format.mjs';

/** @typedef {import('../run/run-group.mjs').Line} Line */

/**
 * @typedef {object} Verdict
 * @property {string} row its title
 * @property {string} asked in words
 * @property {number} reached
 * @property {boolean} met
 * @property {string} [excused] why it could not be met here, whatever was reached
 */

/**
 * Holds the figures against the goals; a goal whose figures were not measured is left out. Ratios are those of the rounds,
 * which were measured one right after the other, and of these the median.
 * @returns {Verdict[]}
 */
export function judgeGoals(/** @type {readonly Line[]} */ lines, cores = availableParallelism()) {
  const rows = [...new Set(lines.map(({ row }) => row))];
  const find = (/** @type {string} */ id, /** @type {string} */ contender, /** @type {string} */ metric) =>
    lines
      .find((line) => line.row.id === id && line.contender === contender)
      ?.rounds.map((round) => Number(round[metric])) ?? [];
  return rows.flatMap((row) =>
    row.goals.flatMap((goal) => {
      const of = goal.of ?? 'reskue';
      const own = find(row.id, of, goal.metric);
      if (own.length === 0) return [];
      const unit = row.metrics.find(({ name }) => name === goal.metric)?.unit ?? '';
      const who = of === 'reskue' ? '' : `${of}: `;
      const judge = (
        /** @type {string} */ asked,
        /** @type {number} */ reached,
        /** @type {boolean} */ met,
      ) => ({
        row: row.title,
        asked: `${who}${asked}`,
        reached,
        met,
      });
      const verdicts = [];
      const value = median(own);
      if (goal.atLeast !== undefined)
        verdicts.push(judge(`at least ${goal.atLeast} ${unit}`, value, value >= goal.atLeast));
      if (goal.atMost !== undefined)
        verdicts.push(judge(`at most ${goal.atMost} ${unit}`, value, value <= goal.atMost));
      if (goal.versus) {
        const { times, contender = of, row: other = row.id, is } = goal.versus;
        const theirs = find(other, contender, goal.metric);
        if (theirs.length > 0) {
          const ratio = ratioOf(own, theirs);
          const met = is === 'at least' ? ratio >= times : ratio <= times;
          const than = contender === of ? rows.find(({ id }) => id === other)?.title : contender;
          const verdict = judge(`${is} ${round(times)} x ${than} (${unit})`, ratio, met);
          const needed = goal.ifCoresAllow ? times * coresOf(find, other, contender) : 0;
          verdicts.push(needed > cores ? { ...verdict, excused: `needs ${figure(needed)} cores` } : verdict);
        }
      }
      return verdicts;
    }),
  );
}

/** How many cores a row kept busy, with those of Redis. */
function coresOf(
  /** @type {(id: string, contender: string, metric: string) => number[]} */ find,
  /** @type {string} */ id,
  /** @type {string} */ contender,
) {
  const [rate, node, redis] = ['rate', 'node', 'redis'].map((metric) => median(find(id, contender, metric)));
  return ((rate ?? NaN) * ((node ?? NaN) + (redis ?? NaN))) / 1e6;
}

function ratioOf(/** @type {number[]} */ own, /** @type {number[]} */ theirs) {
  if (own.length !== theirs.length) return median(own) / median(theirs);
  return median(own.map((value, index) => value / (theirs[index] ?? NaN)));
}

const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;
