import { destination, pino, type Logger } from 'pino';
import { redact } from '../../config/redact.js';
import type { LogOptions } from './log-options.js';
import { PrettyLines } from './pretty-lines.js';

/**
 * Writes a line for each event to stdout: what a process that runs for long has to say is its data. Lines are written at
 * once, so that the last one before an end is there, and without passwords.
 */
export function createLog({ level, format, useColour }: LogOptions): Logger {
  const target = destination({ fd: 1, sync: true });
  // A reader that went away is no reason to stop working.
  target.on('error', () => undefined);
  const lines = format === 'pretty' ? new PrettyLines(target, useColour) : target;
  return pino(
    { level, base: { pid: process.pid } },
    { write: (line: string) => void lines.write(redact(line)) },
  );
}

/** Of an error what a reader of logs needs: message, code, and at `debug` the stack. */
export function errorFields(error: unknown, log: Logger): { error: string; code?: string; stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const code: unknown = Reflect.get(error, 'code');
  return {
    error: `${error.name}: ${error.message}`,
    ...(typeof code === 'string' && { code }),
    ...(log.isLevelEnabled('debug') && error.stack !== undefined && { stack: error.stack }),
  };
}
