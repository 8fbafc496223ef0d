import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommandStop } from '../command/command-stop.js';
import { exitCodes } from '../command/exit-codes.js';
import { loadModule } from './load-module.js';

const NAMES = ['js', 'mjs', 'cjs', 'ts', 'json'].map((extension) => `reskue.config.${extension}`);

export interface ConfigFile {
  readonly path: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Reads the configuration file: the one that is named, or `reskue.config.*` of the folder; without one it is empty.
 * @throws CommandStop (usage) for a file that is not there, does not load, or holds a member that nobody knows.
 */
export async function readConfigFile(
  named: string | undefined,
  known: ReadonlySet<string>,
  folder = process.cwd(),
): Promise<ConfigFile> {
  const path =
    named === undefined
      ? NAMES.map((name) => resolve(folder, name)).find((file) => existsSync(file))
      : resolve(folder, named);
  if (path === undefined) return { path, values: {} };
  if (!existsSync(path)) throw new CommandStop(exitCodes.usage, `There is no configuration file ${path}`);
  const values = await readValues(path);
  const stray = Object.keys(values).find((name) => !known.has(name));
  if (stray !== undefined) {
    const names = [...known].sort().join(', ');
    throw new CommandStop(exitCodes.usage, `${path}: "${stray}" is no option; there are ${names}`);
  }
  return { path, values };
}

async function readValues(path: string): Promise<Readonly<Record<string, unknown>>> {
  let exports: Readonly<Record<string, unknown>>;
  try {
    exports = await loadModule(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandStop(exitCodes.usage, `${path} could not be loaded: ${reason}`, { cause: error });
  }
  const values = 'default' in exports ? exports['default'] : exports;
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new CommandStop(exitCodes.usage, `${path} must export an object (export default { ... })`);
  }
  // An object, as was just checked; its members are read as unknown.
  return values as Readonly<Record<string, unknown>>;
}
