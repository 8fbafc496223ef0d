import { ReskueError } from '../errors/reskue-error.js';

/** What `job.plugins` lists: a class with node-resque's constructor, extending `Plugin` or not. */
export type PluginClass = new (
  // any: the parameters of `Plugin`; a subclass may declare them more narrowly, and must still fit.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  ...args: any[]
) => object;

// One registry in the process, however many copies of this package are loaded (CommonJS beside ESM).
const key = Symbol.for('reskue.plugins');

/** It cannot be replaced once it is there. */
let known: Map<string, PluginClass> | undefined;

const registry = (): Map<string, PluginClass> => (known ??= findRegistry());

function findRegistry(): Map<string, PluginClass> {
  const present: unknown = Reflect.get(globalThis, key);
  // Only this function writes it.
  if (present !== undefined) return present as Map<string, PluginClass>;
  const made = new Map<string, PluginClass>();
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}

/** Makes a class known by a name, so that `plugins: ["JobLock"]` finds it. `@reskue/plugins` does so for the built-in ones. */
export function registerPlugin(name: string, plugin: PluginClass): void {
  registry().set(name, plugin);
}

/**
 * The class that an entry of `job.plugins` means.
 * @throws RESKUE_PLUGIN_UNKNOWN, RESKUE_PLUGIN_INVALID
 */
export function pluginClass(reference: unknown): PluginClass {
  // A function is taken for a class; one that is none throws where it is constructed.
  if (typeof reference === 'function') return reference as PluginClass;
  if (typeof reference !== 'string') {
    throw new ReskueError('RESKUE_PLUGIN_INVALID', 'Plugin must be the constructor name or an object');
  }
  const found = registry().get(reference);
  if (found !== undefined) return found;
  const names = [...registry().keys()].join(', ') || 'none';
  throw new ReskueError(
    'RESKUE_PLUGIN_UNKNOWN',
    `No plugin is registered as "${reference}" (registered: ${names}); import "@reskue/plugins", or list the class itself`,
  );
}
