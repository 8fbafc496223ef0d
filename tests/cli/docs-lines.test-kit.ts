import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin, inTerminal } from './run-cli.js';

/** A command line of a page, and what the page says that it prints. */
export interface DocsLine {
  line: string;
  printed: string;
}

/** The command lines of all `console` blocks of a page, in their order. */
export function docsLines(page: string): DocsLine[] {
  const found: DocsLine[] = [];
  for (const [, block = ''] of page.matchAll(/^```console\n(.*?)^```/gms)) {
    for (const part of block.split(/^\$ /m).slice(1)) {
      const [line = ''] = part.split('\n', 1);
      found.push({ line, printed: part.slice(line.length + 1).trimEnd() });
    }
  }
  return found;
}

/** Makes a folder one in which the lines of the page can be run: with `reskue` on the path, and the jobs. */
export function furnish(folder: string): Record<string, string> {
  const shim = join(folder, 'reskue');
  writeFileSync(shim, `#!/bin/sh\nexec ${process.execPath} ${bin} "$@"\n`);
  chmodSync(shim, 0o755);
  copyFileSync('tests/cli/jobs.mjs', join(folder, 'jobs.mjs'));
  return { PATH: `${folder}:${process.env.PATH ?? ''}`, NO_COLOR: '1' };
}

/** Runs a line in a terminal of 100 columns, and gives what stands there. */
export async function runDocsLine(line: string, cwd: string, env: Record<string, string>): Promise<string> {
  const { text } = await inTerminal(line, { cwd, env });
  return text.trimEnd();
}

/** What differs from run to run: times, durations, rates, paths, hosts and versions. */
export const constant = (text: string): string =>
  text
    .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+Z?/g, '<time>')
    .replace(/(in )?(\d+(ms|s|m|h|d) ?){1,2}( ago)?/g, '<duration> ')
    .replace(/\d+(\.\d+)?\/s/g, '<rate>')
    .replace(/\d+(\.\d+)? ms/g, '<ms>')
    .replace(/^redis +[^\s,]+/gm, 'redis <where>')
    .replace(/"worker":"[^"]*"/g, '"worker":"<name>"')
    .replace(/<ms> (ahead of|behind) /g, '<ms> off ')
    .replace(/Redis \d[\d.]*|\d+ MB|\d+\.\d+\.\d+/g, '<number>')
    .replace(/(?<=\s)\d+\.\d(?=\s)/g, '<number>')
    .replace(/[ ─]+/g, ' ')
    .replace(/ +$/gm, '');
