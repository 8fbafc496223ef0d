// @ts-check
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { judgeGoals } from './judge-goals.mjs';
import { markdownTable } from './print-grid.mjs';
import { tabulateGoals, tabulateRow } from './tabulate.mjs';

/** @typedef {import('../run/run-group.mjs').Line} Line */

const [opening, closing] = ['<!-- bench -->', '<!-- /bench -->'];

/** Writes all tables into a file; where it has the marks, between them. */
export function writeMarkdown(
  /** @type {string} */ file,
  /** @type {string} */ machine,
  /** @type {readonly Line[]} */ lines,
) {
  const rows = [...new Set(lines.map(({ row }) => row))];
  const grids = [
    tabulateGoals(judgeGoals(lines)),
    ...rows.map((row) => tabulateRow(lines.filter((line) => line.row === row))),
  ];
  const report = [machine, '', ...grids.map(markdownTable)].join('\n');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [start, end] = [before.indexOf(opening), before.indexOf(closing)];
  const isMarked = start >= 0 && end > start;
  writeFileSync(
    file,
    isMarked ? `${before.slice(0, start + opening.length)}\n\n${report}\n${before.slice(end)}` : report,
  );
}
