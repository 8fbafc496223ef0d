/**
 * What Ruby's `args.join("-")` gives for args as they stand in a payload: nested arrays are joined like the outer one,
 * `nil` is empty, numbers are as Ruby prints what it reads, and hashes as `inspect` shows them (before Ruby 3.4).
 */
export const rubyJoin = (argsText: string): string => joined(tagged(argsText));

/** A value in which a text `sabc` is a string and a text `n1.0` a number as it was written. */
type Tagged = string | boolean | null | Tagged[] | { [key: string]: Tagged };

/**
 * JSON.parse would forget how a number was written, move keys that are numbers to the front, and take `__proto__` for
 * something else; so each string and number is parsed as a string with a letter before it.
 */
function tagged(json: string): Tagged {
  const text = json.replace(
    /"((?:[^"\\]|\\.)*)"|-?\d[\d.eE+-]*/g,
    (token: string, string: string | undefined) => (string === undefined ? `"n${token}"` : `"s${string}"`),
  );
  // Strings, literals, arrays and objects are all that is left.
  return JSON.parse(text) as Tagged;
}

function joined(value: Tagged): string {
  if (Array.isArray(value)) return value.map(joined).join('-');
  if (value === null) return '';
  return typeof value === 'string' && value.startsWith('s') ? value.slice(1) : inspected(value);
}

function inspected(value: Tagged): string {
  if (value === null) return 'nil';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    return value.startsWith('s') ? inspectedString(value.slice(1)) : rubyNumber(value.slice(1));
  }
  if (Array.isArray(value)) return `[${value.map(inspected).join(', ')}]`;
  const pairs = Object.entries(value).map(
    ([key, member]) => `${inspectedString(key.slice(1))}=>${inspected(member)}`,
  );
  return `{${pairs.join(', ')}}`;
}

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\f': '\\f',
  '\v': '\\v',
  '\b': '\\b',
  '\x07': '\\a',
  '\x1b': '\\e',
  '\x7f': '\\x7F',
};

/** As Ruby's String#inspect: a `#` is escaped where an interpolation would begin. */
function inspectedString(text: string): string {
  const inside = text
    .replace(/["\\]|#(?=[{$@])/g, '\\$&')
    // eslint-disable-next-line no-control-regex -- these are what is escaped
    .replace(/[\x00-\x1f\x7f]/g, (char) => escapes[char] ?? `\\u${hex(char)}`);
  return `"${inside}"`;
}

const hex = (char: string): string => char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');

function rubyNumber(written: string): string {
  if (!/[.eE]/.test(written)) return written === '-0' ? '0' : written;
  const value = Number(written);
  if (!Number.isFinite(value)) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // Shortest digits, as in JavaScript; written out from 0.0001 up to 16 digits.
  const sign = Object.is(value, -0) ? '-' : '';
  if (value === 0 || (power >= -4 && power < 16)) return sign + withFraction(String(value));
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${withFraction(digits)}e${power < 0 ? '-' : '+'}${size}`;
}

const withFraction = (digits: string): string => (digits.includes('.') ? digits : `${digits}.0`);
