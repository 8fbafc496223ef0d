import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { LeanCommand } from './lean-command.js';
import { ToldCommand, type Listener } from './told-command.js';

/** Sends it; where the server does not know the script, what `whole` resolves to comes in the place of its reply. */
export function sendEvalsha(redis: Redis, text: string, whole: () => Promise<unknown>): Promise<unknown> {
  const command = new LeanCommand('evalsha', text, insteadOf(whole));
  redis.sendCommand(command);
  return command.promise;
}

/** The same for one who is told. */
export function tellEvalsha(
  redis: Redis,
  text: string,
  whole: () => Promise<unknown>,
  listener: Listener,
): void {
  new ToldCommand('evalsha', text, insteadOf(whole), listener).sendOver(redis);
}

const insteadOf =
  (whole: () => Promise<unknown>) =>
  (error: unknown): Promise<unknown> | undefined =>
    isUnknownScript(error) ? whole() : undefined;

export const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/** EVALSHA has as many parts before the operands. */
export const partsBefore = 3;

/** The whole command as it goes over the wire; undefined where an operand is no text. */
export const evalshaText = (
  sha: string,
  keyCount: number,
  operands: readonly ScriptArgument[],
): string | undefined => commandText(operands.length + partsBefore, headText(sha, keyCount), operands);

/** What stands before the operands. */
export const headText = (sha: string, keyCount: number): string =>
  `$7\r\nevalsha\r\n$40\r\n${sha}${separator(String(keyCount).length)}${keyCount}`;

/** A command of so many parts: what stands before the operands, and those; undefined where one is no text. */
export function commandText(
  parts: number,
  head: string,
  operands: readonly ScriptArgument[],
): string | undefined {
  const front = `*${parts}\r\n${head}`;
  const quick = joined(front, operands, lengthOf);
  if (quick === undefined) return undefined;
  const text = `${quick}\r\n`;
  // Mostly all of it is ASCII. Looking once is cheaper than asking for the bytes of each operand.
  if (Buffer.byteLength(text) === text.length) return text;
  return `${joined(front, operands, bytesOf) ?? ''}\r\n`;
}

/** What stands before further operands of a command, from the first ones on. */
export const longerHead = (head: string, operands: readonly string[]): string =>
  joined(head, operands, bytesOf) ?? head;

const lengthOf = (text: string): number => text.length;
const bytesOf = (text: string): number => Buffer.byteLength(text);

function joined(
  head: string,
  operands: readonly ScriptArgument[],
  measure: (text: string) => number,
): string | undefined {
  let text = head;
  for (const operand of operands) {
    if (typeof operand === 'string') text += separator(measure(operand)) + operand;
    else if (typeof operand === 'number') text += numberText(operand);
    else return undefined;
  }
  return text;
}

function numberText(value: number): string {
  const digits = String(value);
  return separator(digits.length) + digits;
}

/** The ends of operands before such of so many bytes, and what tells their length: the fewer pieces, the sooner it is one text. */
const separators: string[] = [];
const most = 1_024;

function separator(bytes: number): string {
  if (bytes >= most) return `\r\n$${bytes}\r\n`;
  return (separators[bytes] ??= `\r\n$${bytes}\r\n`);
}
