// @ts-check
/**
 * Everything that must hold before a change goes in: `pnpm check`. With `--static` all of it but the tests. Every step runs
 * even after one has failed, and the end names those that did. Arguments after `--only` choose steps by name.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
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
  knip: [[...tool('knip/bin/knip.js'), '--no-progress', '--no-config-hints']],
  lockfile: lockFileNamesNoHost,
  test: () =>
    spawnSync(process.execPath, [join(root, 'scripts/test.mjs')], { stdio: 'inherit' }).status === 0,
};

/** Resolves with whether the command succeeded; what it printed is shown only when it did not. */
const run = async (/** @type {string[]} */ [command = '', ...args]) => {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {Buffer[]} */
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) process.stdout.write(Buffer.concat(output));
  return code === 0;
};

/** Runs every command, so that one round shows all that is wrong; as many at once as there are cores. */
const runAll = async (/** @type {string[][]} */ commands) => {
  const waiting = [...commands];
  let ok = true;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) ok = (await run(next)) && ok;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return ok;
};

const flags = process.argv.slice(2);
const only = flags.includes('--only') ? flags.slice(flags.indexOf('--only') + 1) : undefined;
const chosen = Object.entries(steps).filter(([name]) =>
  only ? only.includes(name) : name !== 'test' || !flags.includes('--static'),
);

install();
providePnpm();

const failed = [];
for (const [name, step] of chosen) {
  const started = performance.now();
  const ok = typeof step === 'function' ? step() : await runAll(step);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (!ok) failed.push(name);
}

if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exit(1);
}
