import { ReskueError } from '@reskue/core/protocol';

// What a Date can hold.
const LATEST_MS = 8.64e15;

/**
 * The epoch ms of `enqueueAt`; a text of digits counts, as in node-resque. Fractions are cut.
 * @throws RESKUE_TIME_INVALID
 */
export function dueAt(timestamp: unknown): number {
  return checked(
    'enqueueAt: expected epoch milliseconds',
    timestamp,
    typeof timestamp === 'string' && timestamp.trim() === '' ? Number.NaN : Number(timestamp),
  );
}

/**
 * The epoch ms that is so many ms from now; a text is read as `parseInt` does, as in node-resque.
 * @throws RESKUE_TIME_INVALID
 */
export function dueIn(time: unknown, now = Date.now()): number {
  const ms = typeof time === 'number' ? time : Number.parseInt(String(time), 10);
  return checked('enqueueIn: expected milliseconds', time, now + ms);
}

function checked(expected: string, given: unknown, ms: number): number {
  // No scheduler looks for seconds before 1970: the job would stay for ever.
  if (ms >= 0 && ms <= LATEST_MS) return Math.floor(ms);
  const shown = typeof given === 'string' ? JSON.stringify(given) : String(given);
  throw new ReskueError('RESKUE_TIME_INVALID', `${expected} from 1970 on, got ${shown}`);
}
