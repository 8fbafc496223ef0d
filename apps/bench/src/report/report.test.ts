import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Row } from '../rows/row.mjs';
import type { Line } from '../run/run-group.mjs';
import { drawChart } from './chart.mjs';
import { markdownTable, terminalTable } from './print-grid.mjs';
import { tabulateRow } from './tabulate.mjs';
import { writeMarkdown } from './write-markdown.mjs';

const row: Row = {
  id: 'work',
  group: 'work',
  title: 'work & more',
  metrics: [
    { name: 'rate', unit: 'jobs/s', better: 'more' },
    { name: 'node', unit: 'Node µs/job', better: 'less' },
  ],
  goals: [{ metric: 'node', atMost: 5 }],
  measure: async () => ({}),
};
const lines: Line[] = [
  { row, contender: 'reskue', rounds: [1_200, 1_000, 1_100].map((rate) => ({ rate, node: 4 })) },
  { row, contender: 'other', rounds: [{ rate: 50, node: 20 }] },
  { row, contender: 'broken', rounds: [], error: 'Error: no way\n  at somewhere' },
];

test('a row is tabled with median, spread, further figures and what reskue is beside each', () => {
  expect(tabulateRow(lines)).toEqual({
    title: 'work & more',
    head: ['', 'jobs/s', 'spread', 'Node µs/job', 'reskue / this'],
    body: [
      ['reskue', '1,100', '± 9 %', '4', '1'],
      ['other', '50', '', '20', '22'],
      ['broken', 'Error: no way'],
    ],
  });
});

test('the tables for the terminal and for Markdown show every cell', () => {
  const grid = tabulateRow(lines);
  for (const cell of grid.body.flat()) {
    expect(terminalTable(grid)).toContain(cell);
    expect(markdownTable(grid)).toContain(cell);
  }
});

test('the chart is an SVG with a bar for each contender that has figures', () => {
  const svg = drawChart(lines);
  expect(svg).toMatch(/^<svg [\s\S]+<\/svg>$/);
  for (const text of ['work &amp; more', 'reskue', 'other', '1,100']) expect(svg).toContain(text);
  expect(svg).not.toContain('broken');
});

test('the tables go between the marks of a file, and the rest of it stays', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-report-'));
  const file = join(folder, 'page.md');
  writeFileSync(file, 'before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n');
  writeMarkdown(file, 'a machine', lines);
  const page = readFileSync(file, 'utf8');
  rmSync(folder, { recursive: true });
  expect(page).toMatch(/^before\n<!-- bench -->\n\na machine\n[\s\S]+<!-- \/bench -->\nafter\n$/);
  expect(page).toContain('| work & more | at most 5 Node µs/job | 4 | yes |');
  expect(page).not.toContain('old');
});
