// @ts-check
/**
 * Everything that must hold before a change goes in: `pnpm check`. With `--static` all of it but the tests. Every step runs
 * even after one has failed, and the end names those that did. Arguments after `--only` choose steps by name.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, providePnpm, root } from './bootstrap.mjs';
import { packageFolders } from './fingerprint.mjs';

/** A tool's file in node_modules, called by path: a second TypeScript shares the name of the first. */
const tool = (/** @type {string} */ file) => [process.execPath, join(root, 'node_modules', file)];

const published = packageFolders(root);
const perPackage = (/** @type {string[]} */ command) => published.map((folder) => [...command, folder]);

/** A host in the lock file would pin everybody to one machine's registry. */
const lockFileNamesNoHost = () => {
  const hosts = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').match(/\b[a-z+]+:\/\/[^\s'"}]+/g) ?? [];
  if (hosts.length > 0) console.error(`pnpm-lock.yaml names hosts:\n${[...new Set(hosts)].join('\n')}`);
  return hosts.length === 0;
};

/** @type {Record<string, string[][] | (() => boolean)>} */
const steps = {
  format: [[...tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  lint: [[...tool('eslint/bin/eslint.js'), '--max-warnings=0', '.']],
  typecheck: [[...tool('typescript7/bin/tsc'), '--noEmit', '-p', 'tsconfig.json']],
  // The stamp of an earlier build holds here too; `pnpm build` always asks turbo.
  build: () => (build(), true),
  publint: perPackage([...tool('publint/src/cli.js'), '--strict']),
  attw: perPackage([...tool('@arethetypeswrong/cli/dist/index.js'), '--quiet', '--pack']),
  knip: [[...tool('knip/bin/knip.js'), '--no-progress']],
  lockfile: lockFileNamesNoHost,
  test: [[process.execPath, join(root, 'scripts/test.mjs')]],
};

const run = (/** @type {string[]} */ [command = '', ...args]) =>
  spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).status === 0;

const flags = process.argv.slice(2);
const only = flags.includes('--only') ? flags.slice(flags.indexOf('--only') + 1) : undefined;
const chosen = Object.entries(steps).filter(([name]) =>
  only ? only.includes(name) : name !== 'test' || !flags.includes('--static'),
);

install();
providePnpm();

const failed = chosen.filter(([name, step]) => {
  const started = performance.now();
  // Every command of a step runs, so that one round shows all that is wrong.
  const ok = typeof step === 'function' ? step() : step.map(run).every(Boolean);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} ${seconds} s`);
  return !ok;
});

if (failed.length > 0) {
  console.error(`check failed: ${failed.map(([name]) => name).join(', ')}`);
  process.exit(1);
}
