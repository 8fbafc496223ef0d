/**
 * What runs keep with a plugin, and its author need not see: in a log a plugin looks as it was written. Of a class, as all that
 * lives as long as a job: where a hundred of a literal survive, V8 makes all that come later in its old memory.
 */
export class Hidden {
  claim: unknown;
  settlement: unknown;
}

/** Gives back the object that it is given: so a class that extends it puts its private field on that. */
const Given = function (plugin: object): object {
  return plugin;
  // Called by `super` alone.
} as unknown as new (plugin: object) => object;

/** A private field on any object: as quick as an ordinary one, and a job has two plugins or three. */
class Slip extends Given {
  readonly #hidden = new Hidden();

  static of(plugin: object): Hidden | undefined {
    return #hidden in plugin ? plugin.#hidden : undefined;
  }
}

interface Slips {
  of(plugin: object): Hidden | undefined;
  put(plugin: object): Hidden;
}

// One in the process, however many copies of this package are loaded: a plugin may extend the class of another copy.
const key = Symbol.for('reskue.plugin.hidden');

function slips(): Slips {
  const present: unknown = Reflect.get(globalThis, key);
  // Only this function writes it.
  if (present !== undefined) return present as Slips;
  const made: Slips = {
    of: (plugin) => Slip.of(plugin),
    put(plugin) {
      // Used, or a bundler would leave it out as without effect; and it was put there this moment.
      return Slip.of(new Slip(plugin)) as Hidden;
    },
  };
  Object.defineProperty(globalThis, key, { value: made });
  return made;
}

const known = slips();

/** What is kept with this object, if anything is. */
export const hiddenOf = (plugin: object): Hidden | undefined => known.of(plugin);

/** What is kept with this object, from now on. */
export const hide = (plugin: object): Hidden => known.of(plugin) ?? known.put(plugin);
