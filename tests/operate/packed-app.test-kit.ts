import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { providePnpm } from '../../scripts/bootstrap.mjs';
import { folder } from './operate-files.test-kit.js';

const exec = promisify(execFile);

/** An instruction of a Dockerfile: its keyword, and the rest of the line. */
type Instruction = [keyword: string, rest: string];

export function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]);
}

/** The application of the page, made as its Dockerfile makes it, from packages packed as they are published. */
export class PackedApp {
  #folder = '';

  /** Where the image's /app is. */
  get app(): string {
    return join(this.#folder, 'app');
  }

  async make(): Promise<void> {
    this.#folder = await realpath(await mkdtemp(join(tmpdir(), 'operate-')));
    // Somebody else than the tests' own user works there.
    await chmod(this.#folder, 0o755);
    const context = await this.#context();
    const build = join(this.#folder, 'build');
    await mkdir(build);
    const stages = (await readFile(`${folder}/Dockerfile`, 'utf8')).split(/^(?=FROM )/m);
    for (const [keyword, rest] of instructionsOf(stages[0] ?? '')) {
      if (keyword === 'RUN') await exec('sh', ['-c', rest], { cwd: build });
      if (keyword === 'COPY')
        for (const file of rest.split(' ').slice(0, -1))
          await copyFile(join(context, file), join(build, file));
    }
    await cp(build, this.app, { recursive: true, verbatimSymlinks: true });
  }

  /** The files of the example, with the packages' tarballs as dependencies, and a lock file. */
  async #context(): Promise<string> {
    const context = join(this.#folder, 'context');
    await cp(folder, context, { recursive: true });
    providePnpm();
    await exec('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', this.#folder]);
    const manifest = JSON.parse(await readFile(join(context, 'package.json'), 'utf8')) as {
      dependencies: object;
    };
    const tarballs: Record<string, string> = {};
    for (const file of await readdir(this.#folder)) {
      const [, scoped, name = ''] = /^(?:(reskue)-(?!\d))?(.*)-\d+\.\d+\.\d+.*\.tgz$/.exec(file) ?? [];
      if (name !== '') tarballs[scoped ? `@reskue/${name}` : name] = `file:${join(this.#folder, file)}`;
    }
    const dependencies = { ...manifest.dependencies, ...tarballs };
    await writeFile(join(context, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
    const quiet = ['--package-lock-only', '--no-audit', '--no-fund', '--prefer-offline'];
    await exec('npm', ['install', ...quiet], { cwd: context });
    return context;
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A command of the application, at work as a user without rights (where the tests may choose one). */
export class Running {
  log = '';
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown[]>;

  constructor(app: string, words: readonly string[], env: Record<string, string>) {
    const [command = '', ...args] = words;
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const PATH = `${app}/node_modules/.bin:${process.env['PATH'] ?? ''}`;
    this.child = spawn(command, args, { cwd: app, env: { PATH, NODE_ENV: 'production', ...env }, ...nobody });
    this.#closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => (this.log += String(chunk)));
  }

  /** The exit code; null where it was killed. */
  async ended(): Promise<unknown> {
    const [code] = await this.#closed;
    return code;
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return String(address.port);
}
