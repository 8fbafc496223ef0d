// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { readOptions, usage } from './options.mjs';
import { drawChart } from './report/chart.mjs';
import { judgeGoals } from './report/judge-goals.mjs';
import { describeMachine } from './report/machine.mjs';
import { terminalTable } from './report/print-grid.mjs';
import { tabulateCommands, tabulateGoals, tabulateRow } from './report/tabulate.mjs';
import { writeMarkdown } from './report/write-markdown.mjs';
import { rows } from './rows/rows.mjs';
import { findContenders } from './run/find-contenders.mjs';
import { runBench } from './run/run-bench.mjs';

const options = readOptions(process.argv.slice(2));
const { only, length } = options;
const chosen = rows.filter(({ id, group, fullOnly }) =>
  only ? only.includes(id) || only.includes(group) : length !== 'short' || !fullOnly,
);
if (options.help) console.log(usage);
if (options.list || chosen.length === 0)
  for (const { id, group, title } of rows) console.log(`${group.padEnd(14)} ${id.padEnd(16)} ${title}`);
if (options.help || options.list || chosen.length === 0) process.exit(chosen.length === 0 ? 1 : 0);

const entrants = await findContenders(options.peers);
const machine = describeMachine(entrants);
console.log(machine);
const began = performance.now();
if (options.profile) mkdirSync(options.profile, { recursive: true });
/** @type {import('./run/run-group.mjs').Line[]} */
const lines = await runBench({
  ...options.plan,
  rows: chosen,
  entrants,
  ...(options.profile ? { profile: options.profile } : {}),
  onRow: (ofRow) => {
    process.stdout.write(terminalTable(tabulateRow(ofRow)));
    if (options.commands)
      for (const line of ofRow.filter(({ rounds: [first] }) => first?.['spent']))
        process.stdout.write(terminalTable(tabulateCommands(line)));
  },
});
const goals = tabulateGoals(judgeGoals(lines));
if (goals.body.length > 0) process.stdout.write(terminalTable(goals));
if (length === 'short')
  console.log('A short run warms up little, and its figures are rough: --full tells more.');
console.log(`\n${Math.round((performance.now() - began) / 1_000)} s`);

if (options.json) {
  const figures = lines.map(({ row, contender, rounds, error }) => ({
    row: row.id,
    contender,
    rounds,
    error,
  }));
  writeFileSync(options.json, `${JSON.stringify({ machine, length, figures }, null, 1)}\n`);
}
if (options.chart) writeFileSync(options.chart, drawChart(lines));
if (options.markdown) writeMarkdown(options.markdown, machine, lines);
// Somebody did not come to the end: that is no measurement.
if (lines.some(({ error }) => error !== undefined)) process.exitCode = 1;
