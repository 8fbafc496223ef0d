import { isReskueError } from '@reskue/core';
import { CommandStop } from '../command/command-stop.js';
import { exitCodes } from '../command/exit-codes.js';

/**
 * Makes something of what the command line says.
 * @throws CommandStop (usage) when that refuses an option
 */
export function refusing<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!isReskueError(error)) throw error;
    throw new CommandStop(exitCodes.usage, error.message, { cause: error });
  }
}
