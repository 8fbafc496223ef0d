import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

/** The file that a user means: a path from `cwd`, or the name of an installed package. `undefined` when there is none. */
export function findModule(path: string, cwd: string): string | undefined {
  const file = resolve(cwd, path);
  if (existsSync(file) && statSync(file).isFile()) return file;
  if (path.startsWith('.') || isAbsolute(path)) return undefined;
  try {
    return createRequire(join(cwd, 'package.json')).resolve(path);
  } catch {
    return undefined;
  }
}
