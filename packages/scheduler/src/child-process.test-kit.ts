import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The part of esbuild that is used here; it comes with the build, and has no place in a manifest of its own. */
interface Bundler {
  build(options: object): Promise<unknown>;
}

/** Bundles a module's text, with Reskue from its sources; gives what starts a Node process with it. Call it at the top of a test file. */
export function childProcesses(source: string): (env: Record<string, string>) => Promise<ChildProcess> {
  let bundled: Promise<string> | undefined;
  const children: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    if (bundled !== undefined) await rm(join(await bundled, '..'), { recursive: true });
  });
  return async (env) => {
    bundled ??= bundle(source);
    const child = spawn(process.execPath, [await bundled], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    children.push(child);
    return child;
  };
}

async function bundle(source: string): Promise<string> {
  const outfile = join(await mkdtemp(join(tmpdir(), 'reskue-child-')), 'child.mjs');
  // By what it is: the package of that name.
  const bundler = createRequire(createRequire(root).resolve('tsup'))('esbuild') as Bundler;
  await bundler.build({
    stdin: { contents: source, resolveDir: root, loader: 'js' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Dependencies of CommonJS ask for Node's modules by require().
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(root)});`,
    },
    loader: { '.lua': 'text' },
    tsconfig: join(root, 'tsconfig.json'),
    outfile,
  });
  return outfile;
}
