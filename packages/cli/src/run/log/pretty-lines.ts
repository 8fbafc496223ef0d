import { inspect } from 'node:util';

const names: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const colours: Record<string, number> = { trace: 90, debug: 90, info: 32, warn: 33, error: 31, fatal: 31 };

/** Pino's own members, which stand elsewhere in the line or are of no use to a reader. */
const hidden = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'error', 'stack']);

const asText = (value: unknown): string => (typeof value === 'string' ? value : inspect(value));

/** One of pino's lines for the eye: time, level, message, and what comes with it as `name=value`; a stack below. */
export function prettyLine(json: string, useColour: boolean): string {
  // What pino writes is an object.
  const line = JSON.parse(json) as Record<string, unknown>;
  const paint = (code: number, text: string): string =>
    useColour ? `\u001b[${code}m${text}\u001b[0m` : text;
  const level = names[Number(line.level)] ?? String(line.level);
  const time = new Date(Number(line.time)).toTimeString().slice(0, 8);
  const more = Object.entries(line)
    .filter(([name]) => !hidden.has(name))
    .map(
      ([name, value]) =>
        `${paint(90, `${name}=`)}${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`,
    );
  const error = line.error === undefined ? [] : [paint(31, asText(line.error))];
  const parts = [
    paint(90, time),
    paint(colours[level] ?? 0, level.padEnd(5)),
    asText(line.msg ?? ''),
    ...error,
    ...more,
  ];
  const stack = typeof line.stack === 'string' ? `\n${line.stack.split('\n').slice(1).join('\n')}` : '';
  return `${parts.join(' ')}${paint(90, stack)}\n`;
}

/** Takes pino's lines and passes them on for the eye. */
export class PrettyLines {
  constructor(
    readonly target: { write(line: string): unknown },
    readonly useColour: boolean,
  ) {}

  write(line: string): void {
    this.target.write(prettyLine(line, this.useColour));
  }
}
