import type { Redis } from 'ioredis';
import type { ScriptArgument } from './define-script.js';
import { LeanCommand } from './lean-command.js';

/** Sends it; where the server does not know the script, what `whole` resolves to comes in the place of its reply. */
export function sendEvalsha(redis: Redis, text: string, whole: () => Promise<unknown>): Promise<unknown> {
  const command = new LeanCommand('evalsha', text, (error) => (isUnknownScript(error) ? whole() : undefined));
  redis.sendCommand(command);
  return command.promise;
}

export const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/** EVALSHA has as many parts before the operands. */
export const partsBefore = 3;

/** The whole command as it goes over the wire; undefined where an operand is no text. */
export function evalshaText(
  sha: string,
  keyCount: number,
  operands: readonly ScriptArgument[],
): string | undefined {
  const texts = operandsText(operands);
  return texts === undefined
    ? undefined
    : `*${operands.length + partsBefore}\r\n${headText(sha, keyCount)}${texts}`;
}

/** What stands before the operands. */
export const headText = (sha: string, keyCount: number): string =>
  `$7\r\nevalsha\r\n$40\r\n${sha}\r\n${numberText(keyCount)}`;

/** Undefined where one is no text. */
export function operandsText(operands: readonly ScriptArgument[]): string | undefined {
  let text = '';
  for (const operand of operands) {
    if (typeof operand === 'string') text += `$${Buffer.byteLength(operand)}\r\n${operand}\r\n`;
    else if (typeof operand === 'number') text += numberText(operand);
    else return undefined;
  }
  return text;
}

function numberText(value: number): string {
  const digits = String(value);
  return `$${digits.length}\r\n${digits}\r\n`;
}
