import { appendFileSync } from 'node:fs';

/** A row of the table of faults. Times in ms. */
export interface Row {
  fault: string;
  /** How often it struck. */
  count: number;
  jobs: number;
  lost: number;
  stuck: number;
  twice: number;
  /** Why jobs ran twice. */
  reason?: string;
  /** From each blow until what the dead had in hand ran again. */
  recoveries?: readonly number[];
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Prints a row, and appends it to the file that `FAULTS_REPORT` names. */
export function report({ fault, count, jobs, lost, stuck, twice, reason = '', recoveries = [] }: Row): void {
  const times =
    recoveries.length === 0 ? ['-', '-'] : [seconds(median(recoveries)), seconds(Math.max(...recoveries))];
  const why = twice > 0 ? `${twice}: ${reason}` : '0';
  const row = `| ${[fault, count, jobs, lost, stuck, why, ...times].join(' | ')} |\n`;
  process.stdout.write(row);
  const file = process.env['FAULTS_REPORT'];
  if (file) appendFileSync(file, row);
}
