import type { OptionSpec } from '../command/command-spec.js';
import { CommandStop } from '../command/command-stop.js';
import { exitCodes } from '../command/exit-codes.js';
import type { CommandOptions } from '../command/option-reader.js';
import type { FailureEntry } from './failure-entry.js';
import type { JobEntry } from './job-entry.js';

/** By what jobs are chosen. All that are given must fit. */
export const selectionOptions: readonly OptionSpec[] = [
  { flags: '--id <id...>', summary: 'by their ids, or how these begin (6 characters or more)' },
  { flags: '--class <name>', summary: 'by class' },
  { flags: '--error <text>', summary: 'by exception or message: failed jobs that hold this text there' },
  { flags: '--search <text>', summary: 'by any text in the job' },
];

export interface Selection {
  /** Nothing was given by which to choose: every job is meant. */
  readonly isAll: boolean;
  /** Texts that every chosen entry holds, for Redis to look at first. */
  readonly texts: readonly string[];
  matches(entry: JobEntry | FailureEntry, text: string): boolean;
}

// Written by all writers in the same way.
const PLAIN = /^[ !#-%(-.0-;=?-[\]-~]+$/;
const LEAST_ID = 6;

/** Reads what `selectionOptions` were given. @throws CommandStop (usage) */
export function readSelection(options: CommandOptions): Selection {
  const ids = options.texts('id') ?? [];
  const name = options.text('class');
  const error = options.text('error');
  const search = options.text('search');
  const short = ids.find((id) => id.length < LEAST_ID);
  if (short !== undefined) {
    throw new CommandStop(exitCodes.usage, `--id: expected ${LEAST_ID} characters or more, got "${short}"`);
  }
  const texts: string[] = [];
  if (name !== undefined && PLAIN.test(name)) texts.push(`"${name}"`);
  for (const text of [error, search]) if (text !== undefined && PLAIN.test(text)) texts.push(text);
  return {
    isAll: ids.length === 0 && name === undefined && error === undefined && search === undefined,
    texts,
    matches: (entry, text) =>
      (ids.length === 0 || ids.some((id) => isMeant(entry.id, id))) &&
      (name === undefined || entry.class === name) &&
      (error === undefined || holdsError(entry, error)) &&
      (search === undefined || holds(text, search)),
  };
}

const isMeant = (id: string, given: string): boolean => id === given || id.startsWith(given);

const holdsError = (entry: JobEntry | FailureEntry, text: string): boolean =>
  'exception' in entry && `${entry.exception ?? ''}\n${entry.error ?? ''}`.includes(text);

/** As it stands there, or as it reads: writers escape differently. */
function holds(text: string, search: string): boolean {
  if (text.includes(search)) return true;
  const inside = JSON.stringify(search).slice(1, -1);
  if (text.includes(inside)) return true;
  if (!text.includes('\\')) return false;
  try {
    return JSON.stringify(JSON.parse(text)).includes(inside);
  } catch {
    return false;
  }
}
