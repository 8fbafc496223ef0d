import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { providePnpm } from '../../scripts/bootstrap.mjs';

const exec = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** By path: they share the name of their command. */
const compilers = {
  5: resolve('typescript5/lib/tsc.js'),
  6: resolve('typescript/lib/tsc.js'),
  7: join(here, '../../node_modules/typescript7/bin/tsc'),
};

export interface Printed {
  stdout: string;
  stderr: string;
}

/** Runs a command and gives what it printed; rejects with all of it when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env = {} }: { cwd: string; env?: Record<string, string> },
): Promise<Printed> {
  try {
    const options = { cwd, env: { ...process.env, ...env }, timeout: 60_000, maxBuffer: 1 << 26 };
    return await exec(command, [...args], options);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** A folder with the tarballs of all packages, and the consumers that install them. */
export class Workshop {
  #folder = '';
  #tarballs: Record<string, string> = {};

  /** Packs the packages as they would be published, from the present build. */
  async open(): Promise<void> {
    this.#folder = await realpath(await mkdtemp(join(tmpdir(), 'consumers-')));
    providePnpm();
    const root = join(here, '../..');
    await run('pnpm', ['-r', '--filter', './packages/*', 'pack', '--pack-destination', this.#folder], {
      cwd: root,
    });
    for (const file of await readdir(this.#folder)) {
      const name = /^(?:(reskue)-(?!\d))?(.*)-\d+\.\d+\.\d+.*\.tgz$/.exec(file);
      if (name)
        this.#tarballs[name[1] ? `@reskue/${name[2]}` : String(name[2])] = `file:${join(this.#folder, file)}`;
    }
  }

  /** Installs everything into a new application, and the umbrella under the name of node-resque besides. */
  async consumer(name: string, type: 'commonjs' | 'module', ioredis: string): Promise<Consumer> {
    const folder = join(this.#folder, name);
    await mkdir(folder);
    const manifest = {
      private: true,
      type,
      dependencies: { ...this.#tarballs, 'node-resque': this.#tarballs['reskue'], ioredis },
      devDependencies: { '@types/node': '20.19.43' },
    };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await run('npm', ['install', ...quiet], { cwd: folder });
    return new Consumer(folder);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** An application that has the packages installed. */
export class Consumer {
  constructor(readonly folder: string) {}

  /** Copies a fixture into it. */
  async add(fixture: string, as: string = fixture): Promise<void> {
    await copyFile(join(here, 'fixtures', fixture), join(this.folder, as));
  }

  /** Runs a program of it to its end, which must come by itself. */
  async node(port: number, ...args: string[]): Promise<Printed> {
    return run(process.execPath, args, { cwd: this.folder, env: { REDIS_PORT: String(port) } });
  }

  /** Compiles files by TypeScript 5, 6 or 7, strictly, with the declarations of dependencies checked, too. */
  async compile(typescript: keyof typeof compilers, files: string[], options: object): Promise<void> {
    const compilerOptions = {
      strict: true,
      target: 'es2022',
      types: ['node'],
      skipLibCheck: false,
      ...options,
    };
    const config = `tsconfig.${files.join('-')}.json`;
    await writeFile(join(this.folder, config), JSON.stringify({ compilerOptions, files }));
    await run(process.execPath, [compilers[typescript], '-p', config], { cwd: this.folder });
  }

  /** Makes one file of a program and everything that it imports, by esbuild. */
  async bundle(entry: string, outfile: string, format: 'esm' | 'cjs'): Promise<void> {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [join(this.folder, entry)],
      outfile: join(this.folder, outfile),
      bundle: true,
      platform: 'node',
      format,
      logLevel: 'silent',
      // ioredis is CommonJS, and requires Node's modules.
      ...(format === 'esm' && {
        banner: {
          js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        },
      }),
    });
  }

  /** The same by Rollup, which leaves out more: modules without side effects of which nothing is used. */
  async rollup(entry: string, outfile: string): Promise<void> {
    const { rollup } = await import('rollup');
    const { resolve: resolveHere } = createRequire(join(this.folder, 'package.json'));
    const resolveId = (name: string) => {
      const [packageName] = /^(@reskue\/[^/]+|reskue)/.exec(name) ?? [];
      if (packageName === undefined) return null;
      const manifest = join(this.folder, 'node_modules', packageName, 'package.json');
      // As our package.json files have it.
      const { sideEffects } = JSON.parse(readFileSync(manifest, 'utf8')) as { sideEffects: boolean };
      return { id: resolveHere(name).replace(/\.cjs$/, '.js'), moduleSideEffects: sideEffects };
    };
    const bundle = await rollup({
      input: join(this.folder, entry),
      external: (name) => !/^(@reskue\/|reskue$|[./])/.test(name),
      plugins: [{ name: 'packages', resolveId }],
      onwarn() {},
    });
    await bundle.write({ file: join(this.folder, outfile), format: 'esm' });
    await bundle.close();
  }
}
