import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { parseDuration } from '../../config/parse-duration.js';

/** A job as a line of stdin tells it. */
export interface JobLine {
  readonly class: string;
  readonly queue: string;
  readonly args: unknown[];
  /** Epoch ms; undefined: at once. */
  readonly dueAt: number | undefined;
}

/** Reads a line, or tells what is wrong with it. */
export function readJobLine(
  line: string,
  defaults: { queue: string | undefined; dueAt: number | undefined },
): JobLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `no JSON: ${String(error)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'no JSON object';
  const given: { class?: unknown; queue?: unknown; args?: unknown; in?: unknown; at?: unknown } = value;
  const queue = given.queue ?? defaults.queue;
  if (typeof given.class !== 'string' || given.class === '') return 'it has no class';
  if (typeof queue !== 'string' || queue === '') return 'it has no queue; give one by --queue';
  const args: unknown[] = Array.isArray(given.args) ? given.args : given.args == null ? [] : [given.args];
  try {
    const due = given.in === undefined && given.at === undefined ? defaults.dueAt : dueMs(given.in, given.at);
    return { class: given.class, queue, args, dueAt: due };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** When a job is due, epoch ms; undefined when neither is given. @throws CommandStop (usage) */
export function dueMs(inText: unknown, at: unknown): number | undefined {
  if (inText !== undefined && at !== undefined) {
    throw new CommandStop(exitCodes.usage, 'either a duration or a time, not both');
  }
  if (inText !== undefined) {
    const ms =
      typeof inText === 'number'
        ? inText * 1_000
        : typeof inText === 'string'
          ? parseDuration(inText)
          : undefined;
    if (ms === undefined)
      throw new CommandStop(exitCodes.usage, `"${textOf(inText)}" is no duration such as 30s, 5m or 1h30m`);
    return Date.now() + ms;
  }
  if (at === undefined) return undefined;
  const ms = typeof at === 'number' ? at : typeof at === 'string' ? Date.parse(at) : NaN;
  if (Number.isNaN(ms))
    throw new CommandStop(exitCodes.usage, `"${textOf(at)}" is no time such as 2026-12-24T18:00:00Z`);
  return ms;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
