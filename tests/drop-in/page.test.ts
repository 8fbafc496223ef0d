import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/from-node-resque.md', 'utf8');
const rows = [...page.matchAll(/^\| (A\d+|smaller) +\| .+? +\| \[(.+)\]\((.+)\) +\|$/gm)].map(
  ([, fault = '', title = '', link = '']) => ({ fault, title, file: link.replace('../', '') }),
);

test('every fault has a test', () => {
  const numbers = new Set(rows.map(({ fault }) => fault).filter((fault) => fault !== 'smaller'));
  expect([...numbers]).toEqual(Array.from({ length: 31 }, (_, at) => `A${at + 1}`));
});

test.each(rows)('$fault: there is the test "$title"', ({ title, file }) => {
  expect(readFileSync(file, 'utf8')).toContain(title);
});
