// @ts-check
import { runGroup } from './run-group.mjs';

/** @typedef {import('../rows/row.mjs').Row} Row */
/** @typedef {import('./run-group.mjs').Line} Line */
/** @typedef {import('./run-group.mjs').Plan} Plan */

/**
 * Measures every row with every contender that takes part.
 *
 * @param {Plan & { rows: readonly Row[], onRow?: (lines: Line[]) => void }} plan `onRow`: all about a row is known
 * @returns {Promise<Line[]>}
 */
export async function runBench({ rows: chosen, onRow, ...plan }) {
  /** @type {Line[]} */
  const lines = [];
  for (const groups of atOneTime(grouped(chosen))) {
    const ofGroups = (await Promise.all(groups.map((rows) => runGroup(plan, rows)))).flat();
    lines.push(...ofGroups);
    for (const row of groups.flat()) onRow?.(ofGroups.filter((line) => line.row === row));
  }
  return lines;
}

/** The rows by their groups, in their order. */
function grouped(/** @type {readonly Row[]} */ rows) {
  /** @type {Map<string, Row[]>} */
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return [...groups.values()];
}

/** Neighbours in which everybody mostly waits are measured at one time. */
function atOneTime(/** @type {Row[][]} */ groups) {
  const waits = (/** @type {Row[]} */ rows) => rows.every(({ together }) => together);
  /** @type {Row[][][]} */
  const batches = [];
  for (const rows of groups) {
    const last = batches.at(-1);
    if (waits(rows) && last?.every(waits)) last.push(rows);
    else batches.push([rows]);
  }
  return batches;
}
