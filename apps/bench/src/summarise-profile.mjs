// @ts-check
/** `node summarise-profile.mjs folder-or-file...`: where the CPU time of profiles went, by function, without its callees. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { terminalTable } from './report/print-grid.mjs';

/**
 * @typedef {object} Profile as --cpu-prof writes it
 * @property {{ id: number, callFrame: { functionName: string, url: string, lineNumber: number } }[]} nodes
 * @property {number[]} samples ids of nodes
 * @property {number[]} timeDeltas µs
 */

const most = 40;

function selfTimes(/** @type {Profile} */ { nodes, samples, timeDeltas }) {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const file = url
        .replace(/^.*\/node_modules\//, '')
        .replace(/^.*\/packages\//, '')
        .replace(/^.*\/apps\//, '');
      return [id, `${functionName || '(anonymous)'} ${file && `${file}:${lineNumber + 1}`}`];
    }),
  );
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  return times;
}

const files = process.argv
  .slice(2)
  .flatMap((path) =>
    statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path],
  )
  .filter((path) => path.endsWith('.cpuprofile'));
for (const file of files) {
  const times = selfTimes(JSON.parse(readFileSync(file, 'utf8')));
  // What the process waits, and what the profiler itself takes.
  for (const name of ['(idle) ', '(program) ', 'dispatch ']) times.delete(name);
  const sum = [...times.values()].reduce((total, us) => total + us, 0);
  const body = [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, us]) => [name, (us / 1_000).toFixed(0), `${((100 * us) / sum).toFixed(1)} %`]);
  process.stdout.write(
    terminalTable({ title: `${file}: ${(sum / 1e6).toFixed(1)} s`, head: ['function', 'ms', 'self'], body }),
  );
}
