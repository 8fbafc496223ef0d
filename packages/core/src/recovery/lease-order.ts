/** What an operator wants of a process: `''` to work, `quiet` to claim nothing more, `stop` to end in good order. */
export type LeaseOrder = '' | 'quiet' | 'stop';

/** A word of a later version means what is done without one: work. */
export const decodeOrder = (word: unknown): LeaseOrder => (word === 'quiet' || word === 'stop' ? word : '');

/** The worker ids among the fields of a lease; the others tell of the process. */
export const workersOf = (fields: readonly string[]): string[] =>
  fields.filter((field) => field !== 'terms' && field !== 'control');
