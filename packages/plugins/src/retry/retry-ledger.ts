import type { SettlementCommand } from '@reskue/core';

/** The book in Redis on the failures of one job. What changes it goes into the settlement of the job. */
export interface RetryLedger {
  /** How often the job has failed before the failure that is about to be counted. */
  failuresBefore(error: unknown): Promise<number>;
  /** Counts a failure after which the job is tried again, `delayMs` later. */
  counted(error: unknown, delayMs: number): SettlementCommand[];
  /** The job is about to run: a good moment to ask what `isBegun` will want to know. */
  begin(): void;
  /** Whether there is anything to forget; asked when a job has succeeded, which most do at once. */
  isBegun(): boolean | Promise<boolean>;
  /** The job is done, or given up. */
  forgotten(): SettlementCommand[];
}

/** What a ledger keeps its book on. */
export interface RetriedJob {
  func: string;
  queue: string;
  args: readonly unknown[];
  /** The JSON of its args as it was before it ran. */
  argsText: string;
}

/** Counts from 0 for the first failure, as both neighbours do. */
export const countUp = (counter: string): SettlementCommand[] => [
  { command: 'set', keys: [counter], args: [-1, 'NX'] },
  { command: 'incr', keys: [counter], args: [] },
];

/** A counter's text as the number of failures: -1, or no counter, is none. */
export function failuresIn(counter: string | null | undefined): number {
  const count = Number.parseInt(counter ?? '', 10);
  return Number.isNaN(count) ? 0 : Math.max(count + 1, 0);
}
