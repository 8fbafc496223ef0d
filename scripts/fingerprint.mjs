// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = (/** @type {string} */ root, /** @type {string} */ parent) =>
  readdirSync(join(root, parent))
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));

/** The folders of the packages that are built, such as `packages/core`. */
export const packageFolders = (/** @type {string} */ root) => folders(root, 'packages');

const manifests = (/** @type {string} */ root) =>
  ['packages', 'apps', 'tests']
    .flatMap((parent) => folders(root, parent))
    .map((folder) => `${folder}/package.json`);

/** What decides whether an installation is current. */
export const installInputs = (/** @type {string} */ root) => [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  ...manifests(root),
];

/** What decides whether a build is current: all sources without their tests, and what they are built by. */
export const buildInputs = (/** @type {string} */ root) => [
  ...installInputs(root),
  'tsup.shared.ts',
  'tsconfig.base.json',
  'tsconfig.build.json',
  ...packageFolders(root).flatMap((folder) => [
    `${folder}/tsup.config.ts`,
    ...readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8', withFileTypes: false })
      .filter((file) => /\.(ts|lua)$/.test(file) && !/\.test(-d|-kit)?\.ts$/.test(file))
      .map((file) => `${folder}/src/${file}`),
  ]),
];

/** A digest of the files' names and contents, this machine's kind and the Node version. */
export const fingerprint = (/** @type {string} */ root, /** @type {string[]} */ files) => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.version}`);
  for (const file of [...files].sort()) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
};
