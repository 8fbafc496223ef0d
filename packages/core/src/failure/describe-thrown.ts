/** What there is to say of a thrown value, whatever it is. */
export interface Thrown {
  exception: string;
  error: string;
  /** The lines of the stack below the message; null where there is none. */
  backtrace: string[] | null;
}

const LONGEST_MESSAGE = 64 * 1024;
const LONGEST_NAME = 256;
const LONGEST_LINE = 1024;
const MOST_LINES = 200;

/** Describes a thrown value within bounds (64 kB of message, 200 lines of 1 kB); never throws itself. */
export function describeThrown(thrown: unknown): Thrown {
  const isObject = (typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function';
  const name = isObject ? textMember(thrown, 'name') : undefined;
  const message = isObject ? textMember(thrown, 'message') : undefined;
  return {
    // A bare value has no name; the neighbours show an empty one badly.
    exception: cut(name === undefined || name === '' ? 'Error' : name, LONGEST_NAME),
    error: cut(message ?? textOf(thrown), LONGEST_MESSAGE),
    backtrace: isObject ? stackLines(textMember(thrown, 'stack'), message ?? '') : null,
  };
}

function textMember(value: object, name: string): string | undefined {
  try {
    const member: unknown = Reflect.get(value, name);
    return typeof member === 'string' ? member : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  try {
    if (typeof value === 'object' && value !== null) {
      // Reached by the catch below where it has a BigInt, a cycle or a hostile getter.
      const json: unknown = JSON.stringify(value);
      if (typeof json === 'string' && json !== '{}') return json;
    }
    return String(value);
  } catch {
    try {
      return Object.prototype.toString.call(value);
    } catch {
      return 'a value that cannot be described';
    }
  }
}

function stackLines(stack: string | undefined, message: string): string[] | null {
  if (stack === undefined) return null;
  // The message may have lines of its own; they stand before the frames.
  const at = message === '' ? -1 : stack.indexOf(message);
  const rest = at === -1 ? stack : stack.slice(at + message.length);
  const frames = rest.slice(0, MOST_LINES * LONGEST_LINE).split('\n');
  return frames.slice(1, MOST_LINES + 1).map((line) => cut(line, LONGEST_LINE));
}

/** The beginning that fits into so many bytes of UTF-8. */
function cut(text: string, bytes: number): string {
  // Each character has one byte at least, so the slice is never too short.
  const start = text.slice(0, bytes);
  if (start.length === text.length && Buffer.byteLength(text) <= bytes) return text;
  const whole = Buffer.from(start);
  if (whole.length <= bytes) return start;
  let end = bytes;
  // 10xxxxxx continues a character: step back to where one begins.
  while (end > 0 && ((whole[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return whole.toString('utf8', 0, end);
}
