// @ts-check
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The lines that have text in this repository's own documents and licence, in a fixed order. */
export function readDocuments() {
  const pages = [
    'README.md',
    ...markdownIn('docs'),
    ...readdirSync(join(root, 'packages')).flatMap((name) => markdownIn(`packages/${name}`, false)),
    'apps/examples/README.md',
    'tests/kit/README.md',
    'LICENSE',
  ];
  return pages
    .flatMap((page) => readFileSync(join(root, page), 'utf8').split('\n'))
    .filter((line) => line.trim() !== '');
}

/** @param {string} folder */
const markdownIn = (folder, recursive = true) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .sort()
    .map((file) => `${folder}/${file}`);
