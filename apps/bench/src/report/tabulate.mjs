// @ts-check
import { median, spread } from '../measure/statistics.mjs';
import { figure, percent } from './format.mjs';

/** @typedef {import('../run/run-group.mjs').Line} Line */
/** @typedef {{ title: string, head: string[], body: string[][] }} Grid */

/** All that was measured of a row, a contender a line. @returns {Grid} */
export function tabulateRow(/** @type {readonly Line[]} */ lines) {
  const [first] = lines;
  const metrics = first?.row.metrics ?? [];
  const [main] = metrics;
  const own = first && medianOf(lines.find(({ contender }) => contender === 'reskue') ?? first, main?.name);
  const body = lines.map((line) => {
    if (line.rounds.length === 0) return [line.contender, line.error?.split('\n')[0] ?? 'failed'];
    const value = medianOf(line, main?.name);
    return [
      line.contender,
      figure(value),
      line.rounds.length > 1 ? `± ${percent(spread(valuesOf(line, main?.name)))}` : '',
      ...metrics.slice(1).map(({ name }) => figure(medianOf(line, name))),
      figure((own ?? NaN) / value),
    ];
  });
  const units = metrics.map(({ unit }) => unit);
  const head = ['', units[0] ?? '', 'spread', ...units.slice(1), 'reskue / this'];
  return { title: first?.row.title ?? '', head, body };
}

/** @returns {Grid} */
export function tabulateGoals(/** @type {readonly import('./judge-goals.mjs').Verdict[]} */ verdicts) {
  const body = verdicts.map(({ row, asked, reached, met, excused }) => [
    row,
    asked,
    figure(reached),
    met ? 'yes' : (excused ?? 'NO'),
  ]);
  return { title: 'Asked and reached', head: ['row', 'asked', 'reached', 'met'], body };
}

/** What Redis spent on each command for a job of one contender, those inside of scripts included. @returns {Grid} */
export function tabulateCommands(/** @type {Line} */ { row, contender, rounds }) {
  const spent = rounds.flatMap(({ spent }) => (typeof spent === 'object' ? [spent] : []));
  const names = [...new Set(spent.flatMap((one) => Object.keys(one)))];
  const of = (/** @type {string} */ name, /** @type {'calls' | 'us'} */ what) =>
    median(spent.map((one) => one[name]?.[what] ?? 0));
  const body = names
    .sort((a, b) => of(b, 'us') - of(a, 'us'))
    .map((name) => [name, figure(of(name, 'calls')), figure(of(name, 'us'))]);
  const title = `${row.title}: what Redis ran for ${contender}, a ${row.group === 'idle' ? 'second' : 'job'}`;
  return { title, head: ['command', 'calls', 'µs'], body };
}

export const valuesOf = (/** @type {Line} */ { rounds }, /** @type {string | undefined} */ metric) =>
  rounds.map((round) => Number(round[metric ?? '']));

export const medianOf = (/** @type {Line} */ line, /** @type {string | undefined} */ metric) =>
  median(valuesOf(line, metric));
