// @ts-check
/**
 * Makes a fresh clone ready with nothing but Node, npm and, for a missing Redis, apt: gets pnpm, installs from the frozen
 * lock file, builds, finds or gets a Redis server. Each step is skipped by a stamp of what it depends on, so that a second
 * run costs milliseconds. It has no dependencies, for none are installed yet.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildInputs, fingerprint, installInputs, packageFolders } from './fingerprint.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const say = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

/** A step that shows one line while all is well, and everything it printed when it fails. */
const step = (/** @type {string} */ title, /** @type {string} */ command, /** @type {string[]} */ args) => {
  const started = performance.now();
  // NODE_ENV=production would leave out what the build needs.
  const env = { ...process.env, NODE_ENV: '', TURBO_TELEMETRY_DISABLED: '1' };
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (error !== undefined || status !== 0) {
    say(`${stdout}${stderr}`);
    say(`${title}: failed (${[command, ...args].join(' ')})${error ? `: ${error.message}` : ''}`);
    process.exit(1);
  }
  say(`${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
};

/** Runs the work unless its stamp says that it was done for the same inputs. */
const unlessDone = (
  /** @type {string} */ stamp,
  /** @type {string} */ state,
  /** @type {() => void} */ work,
) => {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  // Half-done work must not look done.
  rmSync(stamp, { force: true });
  work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
};

const pinnedPnpm = () => {
  const { devEngines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return devEngines.packageManager.version;
};

/** Puts the pinned pnpm on PATH for whatever is run from here on: the one that is there, or our own copy from npm. */
export const providePnpm = () => {
  const version = pinnedPnpm();
  const present = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  if (present.status === 0 && present.stdout.trim() === version) return;
  const folder = join(root, '.cache', `pnpm-${version}`);
  const bin = join(folder, 'node_modules', '.bin');
  if (!existsSync(join(bin, 'pnpm'))) {
    mkdirSync(folder, { recursive: true });
    // npm looks upwards for a package.json to install into; this one stops it.
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--no-save'];
    step(`getting pnpm ${version}`, 'npm', ['install', '--prefix', folder, ...quiet, `pnpm@${version}`]);
  }
  process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
};

/** Installs what the lock file names, if that is not what is installed. */
export const install = () => {
  unlessDone(join(root, 'node_modules', '.reskue-installed'), fingerprint(root, installInputs(root)), () => {
    providePnpm();
    step('installing packages', 'pnpm', ['install', '--frozen-lockfile']);
  });
};

/** Builds every package, if the build is not the one of these sources. */
export const build = () => {
  const isBuilt = packageFolders(root).every((folder) => existsSync(join(root, folder, 'dist/index.js')));
  const stamp = join(root, 'node_modules', '.reskue-built');
  if (!isBuilt) rmSync(stamp, { force: true });
  unlessDone(stamp, fingerprint(root, buildInputs(root)), () => {
    providePnpm();
    step('building', 'pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only']);
  });
};

/** Imports a file that is there only after the build. */
export const load = (/** @type {string} */ file) => import(pathToFileURL(join(root, file)).href);

/** Everything up to a Redis server that can be started; `withRedis: false` when one runs already. */
export const bootstrap = async ({ withRedis = true } = {}) => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`Reskue needs Node 20.19 or newer; this is ${process.versions.node}.`);
    process.exit(1);
  }
  install();
  build();
  if (!withRedis) return;
  const { ensureRedis } = await load('packages/redis-server/dist/index.js');
  await ensureRedis().catch((/** @type {Error} */ error) => {
    say(error.message);
    process.exit(1);
  });
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await bootstrap();
