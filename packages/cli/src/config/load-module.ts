import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts', '.tsx']);

/**
 * Loads a module of the user's by its path: JavaScript by Node itself, TypeScript and JSON too without a build step.
 * Gives its exports; those of CommonJS under their names.
 */
export async function loadModule(path: string): Promise<Readonly<Record<string, unknown>>> {
  const file = resolve(path);
  const loaded: unknown = TYPESCRIPT.has(extname(file))
    ? await importTypeScript(file)
    : await importFile(file);
  if (typeof loaded !== 'object' || loaded === null) return { default: loaded };
  // An object, as was just checked; its members are read as unknown.
  return loaded as Readonly<Record<string, unknown>>;
}

const importFile = (file: string): Promise<unknown> =>
  extname(file) === '.json'
    ? import(pathToFileURL(file).href, { with: { type: 'json' } })
    : import(pathToFileURL(file).href);

async function importTypeScript(file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { interopDefault: false }).import(file);
}
