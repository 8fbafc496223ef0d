import { createInterface } from 'node:readline/promises';
import { CommandStop } from '../command/command-stop.js';
import { exitCodes } from '../command/exit-codes.js';

/** Asks before something is destroyed: `question` names what and how many. @throws CommandStop (refused) */
export type Confirm = (question: string) => Promise<void>;

/**
 * `--yes` answers; a person at a terminal is asked on stderr; nobody there is a refusal.
 */
export const confirmWith =
  (given: { yes: boolean; signal: AbortSignal }): Confirm =>
  async (question) => {
    if (given.yes) return;
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw new CommandStop(exitCodes.refused, `${question} Not done: give --yes where nobody can be asked.`);
    }
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal: given.signal });
      if (/^y(es)?$/i.test(answer.trim())) return;
    } finally {
      lines.close();
    }
    throw new CommandStop(exitCodes.refused, 'Not done.');
  };
