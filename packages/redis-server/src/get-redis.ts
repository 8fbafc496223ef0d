import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './cache-folder.js';
import { cachedRedis, findRedis, isExecutable, onPath, type RedisBinary } from './find-redis.js';
import { RedisServerError } from './redis-server-error.js';

const run = promisify(execFile);

/** Where `getRedis` does its work; tests put other values here. */
export interface GetRedisContext {
  env: NodeJS.ProcessEnv;
  isRoot: boolean;
  /** Where the package puts the server, should PATH be an odd one. */
  packagePath: string;
  say: (line: string) => void;
}

const here = (): GetRedisContext => ({
  env: process.env,
  isRoot: process.getuid?.() === 0,
  packagePath: '/usr/bin/redis-server',
  say: (line) => void process.stderr.write(`${line}\n`),
});

const waysOut = [
  'install Redis or Valkey with your package manager, so that redis-server or valkey-server is on PATH',
  'set REDIS_SERVER_BIN to the path of a server binary',
  'set REDIS_URL to a server that runs already (the demo and the examples use it)',
];

const notFound = (why: string, cause?: unknown): RedisServerError =>
  new RedisServerError(
    'RESKUE_REDIS_NOT_FOUND',
    `no Redis server: ${why}. Ways out:\n${waysOut.map((way, index) => `  ${index + 1}. ${way}`).join('\n')}`,
    { cause },
  );

/** What a command that failed said last; that is where apt names the cause. */
const lastLine = (error: unknown): string => String(error).trim().split('\n').at(-1) ?? '';

const install = async ({ env, say }: GetRedisContext): Promise<void> => {
  say('No Redis server found: installing the package redis-server with apt-get.');
  // Another apt may be at work on the machine: wait for its lock.
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', [...lock, 'update'], options);
  await run('apt-get', [...lock, 'install', '-y', '--no-install-recommends', 'redis-server'], options);
};

/** Without root: apt with its lists in a folder of ours finds and downloads the packages, dpkg only unpacks them. */
const unpack = async ({ env, say }: GetRedisContext): Promise<void> => {
  const cache = cacheFolder(env);
  say(`No Redis server found: downloading the package redis-server into ${cache} (no root needed).`);
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'getting-'));
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'root'])
      mkdirSync(join(work, folder), { recursive: true });
    const own = [`Dir::State::Lists=${work}/lists`, `Dir::Cache=${work}`].flatMap((text) => ['-o', text]);
    const options = { env, cwd: join(work, 'archives'), maxBuffer: 1 << 26 };
    await run('apt-get', [...own, 'update'], options);
    // A dry run names the package and whichever libraries this machine lacks.
    const { stdout } = await run(
      'apt-get',
      [...own, '--simulate', '--no-install-recommends', 'install', 'redis-server'],
      options,
    );
    const packages = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
    await run('apt-get', [...own, 'download', ...packages], options);
    for (const file of readdirSync(options.cwd).filter((name) => name.endsWith('.deb')))
      await run('dpkg', ['-x', join(options.cwd, file), join(work, 'root')], options);
    // Another process may have been faster; its copy may be in use already.
    if (cachedRedis(env) !== undefined) return;
    rmSync(join(cache, 'redis'), { recursive: true, force: true });
    renameSync(join(work, 'root'), join(cache, 'redis'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** Gets the Debian or Ubuntu package: installed when we are root, else unpacked into the cache folder. */
export const getRedis = async (context: GetRedisContext = here()): Promise<RedisBinary> => {
  const { env, isRoot, packagePath, say } = context;
  const installed = () => (isExecutable(packagePath) ? { path: packagePath } : undefined);
  const present = installed();
  if (present !== undefined) return present;
  if (onPath('apt-get', env) === undefined || onPath('dpkg', env) === undefined)
    throw notFound('none on PATH, and this machine has no apt to get one with');
  try {
    await (isRoot ? install(context) : unpack(context));
  } catch (cause) {
    throw notFound(`none on PATH, and apt-get could not get one: ${lastLine(cause)}`, cause);
  }
  const binary = installed() ?? findRedis(env) ?? cachedRedis(env);
  if (binary === undefined) throw notFound('apt-get brought no redis-server');
  say(`Redis server: ${binary.path}`);
  return binary;
};
