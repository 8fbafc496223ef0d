import type { Bytes, DumpLine } from './dump-line.js';

/** The members that a line of each type must have, and how they are tested. */
const shapes: Readonly<Record<DumpLine['type'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  'reskue-export': { version: (value) => value === 1 },
  queue: { queue: isText },
  paused: { queue: isText },
  job: { queue: isText, payload: isBytes },
  delayed: { second: isSecond, dueMs: isNumberOrNull, payload: isBytes },
  failed: { entry: isBytes },
  lock: { lock: isLock, value: isBytes, ttlMs: isNumberOrNull },
  schedule: { name: isText, config: isBytes },
};

/** Reads a line of an export, or tells what is wrong with it. */
export function readDumpLine(text: string): DumpLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `no JSON: ${String(error)}`;
  }
  if (typeof value !== 'object' || value === null) return 'no JSON object';
  const type: unknown = Reflect.get(value, 'type');
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return `unknown type ${JSON.stringify(type)}`;
  // One of the names, as was just looked up.
  const shape = shapes[type as DumpLine['type']];
  for (const [name, isRight] of Object.entries(shape)) {
    if (!isRight(Reflect.get(value, name))) return `"${name}" of a line of type ${type} is missing or wrong`;
  }
  // Every member was tested by the shape of its type.
  return value as DumpLine;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || (typeof value === 'number' && Number.isFinite(value));
}

function isSecond(value: unknown): boolean {
  return isText(value) && /^-?\d+(\.\d+)?$/.test(value);
}

/** Nothing but a lock may be written by a line that says it is one. */
function isLock(value: unknown): boolean {
  return isText(value) && /^(workers)?lock:/.test(value);
}

function isBytes(value: unknown): value is Bytes {
  if (typeof value !== 'object' || value === null) return false;
  return isText(Reflect.get(value, 'text')) || isText(Reflect.get(value, 'base64'));
}
