/** A place in a value that JSON has no way to write, and what is there. */
export interface NonJson {
  /** For example `args[1].x`. */
  place: string;
  what: string;
}

/**
 * Finds what `JSON.stringify` would throw on (BigInt, cycles) or silently turn into null (functions, symbols and
 * undefined as an element of an array). What it leaves out of objects, and NaN as null, is common use and passes.
 */
export function findNonJson(value: unknown, place: string): NonJson | undefined {
  return search(value, place, '', true, new Set());
}

function search(
  given: unknown,
  place: string,
  key: string,
  isElement: boolean,
  above: Set<object>,
): NonJson | undefined {
  const value = replaced(given, key);
  switch (typeof value) {
    case 'bigint':
      return { place, what: `the BigInt ${value}n` };
    case 'undefined':
    case 'function':
    case 'symbol':
      return isElement
        ? { place, what: typeof value === 'undefined' ? 'undefined' : `a ${typeof value}` }
        : undefined;
    case 'object':
      return value === null ? undefined : inside(value, place, above);
    default:
      return undefined;
  }
}

function inside(value: object, place: string, above: Set<object>): NonJson | undefined {
  if (above.has(value)) return { place, what: 'an object that contains itself' };
  above.add(value);
  let found: NonJson | undefined;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && found === undefined; at += 1) {
      found = search(value[at], `${place}[${at}]`, String(at), true, above);
    }
  } else {
    for (const [key, member] of Object.entries(value)) {
      found = search(
        member,
        `${place}${/^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`}`,
        key,
        false,
        above,
      );
      if (found !== undefined) break;
    }
  }
  above.delete(value);
  return found;
}

/** What JSON.stringify writes instead: the value of `toJSON()`, which Date and Buffer have. */
function replaced(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'bigint') return value;
  const toJson: unknown = Reflect.get(Object(value) as object, 'toJSON');
  return typeof toJson === 'function' ? (Reflect.apply(toJson, value, [key]) as unknown) : value;
}
