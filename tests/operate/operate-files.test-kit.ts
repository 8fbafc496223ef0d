import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

export const folder = 'apps/examples/operate';
export const bin = 'packages/cli/dist/bin.js';
export const page = readFileSync('docs/operate.md', 'utf8');
export const textOf = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');

/** The documents of a YAML file; whoever asks knows their shape, and a wrong one fails the test. */
export function yamlOf<Shape>(file: string): Shape[] {
  return parseAllDocuments(textOf(file), { merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Shape;
  });
}

const helps = new Map<string, string>();

/** What `reskue <command> --help` prints. */
export function helpOf(command: string): string {
  const known = helps.get(command);
  if (known !== undefined) return known;
  const help = execFileSync(process.execPath, [bin, ...command.split(' ').filter(Boolean), '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '200' },
  });
  helps.set(command, help);
  return help;
}

/** The words of a command line, quotes taken off. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, one, two, three]) => one ?? two ?? three ?? '');

/** The value of an option among words, by any of its names. */
export const optionOf = (words: readonly string[], ...names: string[]): string | undefined =>
  words.find((_, at) => names.includes(words[at - 1] ?? ''));

/** The flags of a command line of `reskue` that the command does not have; the line itself where there is no such command. */
export function unknownFlags(words: readonly string[]): string[] {
  const rest = words.slice(words.findIndex((word) => /(^|\/)reskue$/.test(word)) + 1);
  const [first = '', second = ''] = rest;
  const all = helpOf('');
  if (!new RegExp(`^ {2}${first}( |$)`, 'm').test(all)) return [words.join(' ')];
  const isTwo = /^[a-z]/.test(second) && new RegExp(`^ {2}${second}( |$)`, 'm').test(helpOf(first));
  const help = helpOf(isTwo ? `${first} ${second}` : first);
  return rest.filter(
    (word) => /^--?[a-z]/.test(word) && !new RegExp(`(^|[ ,])${word}([ ,=]|$)`, 'm').test(help),
  );
}
